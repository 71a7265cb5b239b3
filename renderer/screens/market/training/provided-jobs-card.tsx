import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ProvidedJob } from '../../../../common/api/jobs.ts'
import { JobLog } from '../../../app/job-log.tsx'
import { bytes, dateTime, rate, shortCoins } from '../../../lib/format.ts'
import { act } from '../../../state/act.ts'
import { api, query } from '../../../state/transport.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Empty, Problem } from '../../../ui/state.tsx'
import { Table } from '../../../ui/table.tsx'
import { Tag } from '../../../ui/tag.tsx'

const toneOf = ({ job, state }: ProvidedJob): 'ok' | 'bad' | 'wait' =>
  job.state === 'passed' ? 'ok' : job.state === 'slashed' || state === 'disputed' ? 'bad' : 'wait'

/** Training jobs that this machine does for others. */
export function ProvidedJobsCard({ className }: { readonly className: string | undefined }) {
  const { t, i18n } = useTranslation()
  const jobs = useQuery(query.jobs.provided.queryOptions()).data ?? []
  const [shown, setShown] = useState<number | null>(null)
  const leave = useApiMutation((job: number) => act({ kind: 'expireJob', job }))
  return (
    <>
      <Card title={t('provided.title')} className={className}>
        {leave.errorText && <Problem>{leave.errorText}</Problem>}
        {jobs.length === 0 ? (
          <Empty>{t('provided.none')}</Empty>
        ) : (
          <Table
            caption={t('provided.title')}
            columns={[
              t('provided.job'),
              t('served.state'),
              t('provided.work'),
              t('provided.steps'),
              t('served.speed'),
              t('provided.loss'),
              t('provided.memory'),
              t('provided.deadline'),
              t('provided.stake'),
              t('served.paid'),
              '',
            ]}
            rows={jobs}
            keyOf={({ job }) => job.id}
            cells={(it) => [
              <Button key="log" kind="link" onClick={() => setShown(shown === it.job.id ? null : it.job.id)}>
                {t('provided.log', { id: it.job.id })}
              </Button>,
              <Tag key="state" tone={toneOf(it)}>
                {it.state === 'closed' ? t(`jobStates.${it.job.state}`) : t(`providing.${it.state}`)}
              </Tag>,
              it.work ? `${it.work.base} · ${it.work.method}` : '–',
              `${it.step} / ${it.work?.steps ?? '–'}`,
              it.state === 'training' && it.tokensPerSecond > 0 ? rate(it.tokensPerSecond, 'tokens/s') : '–',
              it.loss?.toFixed(3) ?? '–',
              it.memory
                ? `${bytes(it.memory.predicted)} / ${it.memory.peak === null ? '–' : bytes(it.memory.peak)}`
                : '–',
              it.job.deadline === null ? '–' : dateTime(it.job.deadline * 1000, i18n.language),
              shortCoins(it.job.price * BigInt(it.job.milestones), 6),
              shortCoins(it.job.price * BigInt(it.job.done), 6),
              it.job.state === 'active' ? (
                <Button key="leave" kind="link" disabled={leave.isPending} onClick={() => leave.mutate(it.job.id)}>
                  {t('provided.giveUp')}
                </Button>
              ) : (
                ''
              ),
            ]}
          />
        )}
        {jobs.some(({ state }) => state !== 'closed') && <p className={layout.tiny}>{t('provided.privacy')}</p>}
      </Card>
      {shown !== null && (
        <JobLog
          source={shown}
          follow={(signal) => api.jobs.watch({ job: shown }, { signal })}
          title={t('provided.logOf', { id: shown })}
          className={className}
        />
      )}
    </>
  )
}
