import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { RunningItem } from '../../../app/running-item.tsx'
import { rate, shareOf } from '../../../lib/format.ts'
import { query } from '../../../state/transport.ts'

/** Training jobs under way, done here or by a machine that was hired. */
export function Running() {
  const { t } = useTranslation()
  const provided = useQuery(query.jobs.provided.queryOptions()).data?.filter(({ state }) => state !== 'closed')
  const hired = useQuery(query.jobs.hired.queryOptions()).data ?? []
  return (
    <>
      {provided?.map((it) => (
        <RunningItem
          key={`provided ${it.job.id}`}
          to="/earn"
          title={t('running.provided', { id: it.job.id })}
          state={t(`providing.${it.state}`)}
          share={shareOf(it.step, it.work?.steps ?? null)}
          text={t('running.steps', { done: it.step, steps: it.work?.steps ?? '–' })}
          speed={it.tokensPerSecond > 0 ? rate(it.tokensPerSecond, 'tokens/s') : undefined}
        />
      ))}
      {hired.flatMap(({ job, own }) =>
        own === null || own.state === 'closed' ? (
          []
        ) : (
          <RunningItem
            key={`hired ${job.id}`}
            to={`/train/${own.run}`}
            title={t('running.hired', { id: job.id })}
            state={t(`hiring.${own.state}`)}
            share={shareOf(own.step, own.milestones.at(-1) ?? null)}
            text={t('running.steps', { done: own.step, steps: own.milestones.at(-1) ?? '–' })}
          />
        ),
      )}
    </>
  )
}
