import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { dateTime, shortCoins } from '../../../lib/format.ts'
import { act } from '../../../state/act.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { useOverview } from '../../../state/overview.ts'
import { query } from '../../../state/transport.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Problem } from '../../../ui/state.tsx'

/** Whether this machine judges disputes of others. Without a registered machine there is no card. */
export function JurorCard({ className }: { readonly className: string | undefined }) {
  const { t, i18n } = useTranslation()
  const { network } = useOverview()
  const { machine, enrolled } = useQuery(query.jobs.juror.queryOptions()).data ?? { machine: null, enrolled: null }
  const change = useApiMutation(
    (kind: 'enrolJuror' | 'retireJuror' | 'releaseJuror') => act({ kind, machine: machine ?? 0 }),
    [query.jobs.juror.key()],
  )
  if (machine === null) return null
  const retired = enrolled?.releasable ?? null
  return (
    <Card title={t('juror.offer')} className={className}>
      <div className={layout.stack}>
        <p className={layout.muted}>
          {!enrolled
            ? t('juror.offerText')
            : retired === null
              ? t('juror.enrolled')
              : t('juror.retired', { date: dateTime(retired * 1000, i18n.language) })}
        </p>
        {enrolled && enrolled.fined > 0n && <p>{t('juror.fined', { coins: shortCoins(enrolled.fined) })}</p>}
        {change.errorText && <Problem>{change.errorText}</Problem>}
        <div className={layout.row}>
          {!enrolled && (
            <Button disabled={change.isPending} onClick={() => change.mutate('enrolJuror')}>
              {t('juror.enrol')}
            </Button>
          )}
          {enrolled && retired === null && (
            <Button disabled={change.isPending} onClick={() => change.mutate('retireJuror')}>
              {t('juror.leave')}
            </Button>
          )}
          {retired !== null && (network.headTime ?? 0) >= retired && (
            <Button disabled={change.isPending} onClick={() => change.mutate('releaseJuror')}>
              {t('juror.release')}
            </Button>
          )}
        </div>
      </div>
    </Card>
  )
}
