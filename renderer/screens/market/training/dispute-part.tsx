import { useTranslation } from 'react-i18next'
import type { DisputeView } from '../../../../common/api/jobs.ts'
import { dateTime, shortCoins } from '../../../lib/format.ts'
import { act } from '../../../state/act.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { Button } from '../../../ui/button.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Problem } from '../../../ui/state.tsx'

/** The verdict so far, and the appeal while there may be one. */
export function DisputePart({ dispute, appeal }: DisputeView) {
  const { t, i18n } = useTranslation()
  const ask = useApiMutation(() => act({ kind: 'appealDispute', dispute: dispute.id }))
  return (
    <>
      <p>
        {t('job.judged')}. {t('job.verdict')}: {t(dispute.guilty ? 'jury.guilty' : 'jury.innocent')}
      </p>
      {ask.errorText && <Problem>{ask.errorText}</Problem>}
      {appeal !== null && (
        <div className={layout.row}>
          <p>
            {t('job.appealText', {
              bond: shortCoins(appeal),
              until: dateTime((dispute.deadline ?? 0) * 1000, i18n.language),
            })}
          </p>
          <Button disabled={ask.isPending} onClick={() => ask.mutate()}>
            {t('job.appeal')}
          </Button>
        </div>
      )}
    </>
  )
}
