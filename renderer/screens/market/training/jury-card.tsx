import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { query } from '../../../state/transport.ts'
import { Card } from '../../../ui/card.tsx'
import { Table } from '../../../ui/table.tsx'

/** Disputes that this machine judges by itself. There is nothing to press, so without any there is no card. */
export function JuryCard({ className }: { readonly className: string | undefined }) {
  const { t } = useTranslation()
  const duties = useQuery(query.jobs.jury.queryOptions()).data ?? []
  if (duties.length === 0) return null
  return (
    <Card title={t('jury.title')} className={className}>
      <Table
        caption={t('jury.title')}
        columns={[t('provided.job'), t('served.state'), t('jury.vote'), t('jury.outcome')]}
        rows={duties}
        keyOf={({ job }) => job.id}
        cells={({ job, state, guilty }) => [
          `#${job.id}`,
          t(`jury.states.${state}`),
          guilty === null ? '–' : t(guilty ? 'jury.guilty' : 'jury.innocent'),
          t(`jobStates.${job.state}`),
        ]}
      />
    </Card>
  )
}
