import { useTranslation } from 'react-i18next'
import type { Recomputed } from '../../../../common/api/explorer.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Problem } from '../../../ui/state.tsx'
import { CheckOutcome } from './check-outcome.tsx'

interface Props {
  /** What is computed anew. */
  readonly text: string
  readonly recompute: () => Promise<readonly Recomputed[]>
  /** Executes a proof again, where there can be one. */
  readonly again?: () => Promise<readonly Recomputed[]>
}

/** Has the host compute anew what the chain says, and says what came out. */
export function CheckCard({ text, recompute, again }: Props) {
  const { t } = useTranslation()
  const check = useApiMutation((run: Props['recompute']) => run())
  return (
    <Card title={t('explorer.check')}>
      <div className={layout.stack}>
        <p>{text}</p>
        {again && <p>{t('explorer.checkAgainText')}</p>}
        {check.errorText && <Problem>{check.errorText}</Problem>}
        {check.isPending && <p role="status">{t('explorer.checking')}</p>}
        {check.data && <CheckOutcome rows={check.data} />}
        <div className={layout.row}>
          <Button disabled={check.isPending} onClick={() => check.mutate(recompute)}>
            {t('explorer.recompute')}
          </Button>
          {again && (
            <Button disabled={check.isPending} onClick={() => check.mutate(again)}>
              {t('explorer.executeAgain')}
            </Button>
          )}
        </div>
      </div>
    </Card>
  )
}
