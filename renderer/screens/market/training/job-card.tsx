import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { HiredJob } from '../../../../common/api/jobs.ts'
import { JobLog } from '../../../app/job-log.tsx'
import { bytes, dateTime, shortCoins } from '../../../lib/format.ts'
import { act } from '../../../state/act.ts'
import { api } from '../../../state/transport.ts'
import { useOverview } from '../../../state/overview.ts'
import { useSayings } from '../../../state/sayings.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { Facts, layout } from '../../../ui/layout.tsx'
import { Problem } from '../../../ui/state.tsx'
import { Table } from '../../../ui/table.tsx'
import { Tag } from '../../../ui/tag.tsx'
import { DisputePart } from './dispute-part.tsx'

/** A run that a machine on the market does: where it stands, what was proven, what was paid. */
export function JobCard({ hired: { job, dispute, own } }: { readonly hired: HiredJob }) {
  const { t, i18n } = useTranslation()
  const sayings = useSayings()
  const { network } = useOverview()
  const cancel = useApiMutation(() => act({ kind: 'cancelJob', job: job.id }))
  const leave = useApiMutation(() => act({ kind: 'leaveJob', job: job.id }))
  const expire = useApiMutation(() => act({ kind: 'expireJob', job: job.id }))
  if (!own) return null
  const error = cancel.errorText ?? leave.errorText ?? expire.errorText
  const late = job.state === 'active' && (network.headTime ?? 0) > (job.deadline ?? Infinity)
  return (
    <>
      <Card
        title={t('job.title', { id: job.id })}
        aside={
          <Tag
            tone={
              job.state === 'passed' ? 'ok' : job.state === 'slashed' || job.state === 'challenged' ? 'bad' : 'wait'
            }
          >
            {t(`jobStates.${job.state}`)}
          </Tag>
        }
      >
        <div className={layout.stack}>
          <p>{t(`hiring.${own.state}`)}</p>
          {(own.state === 'refused' || own.state === 'disputed') && own.reason && (
            <Problem>{sayings.job(own.reason)}</Problem>
          )}
          {error && <Problem>{error}</Problem>}
          {dispute && <DisputePart {...dispute} />}
          <Facts
            items={[
              [
                t('job.milestones'),
                t('job.milestonesText', { done: job.done, all: job.milestones, steps: own.milestones.join(', ') }),
              ],
              [t('job.price'), shortCoins(job.price * BigInt(job.milestones), 8)],
              [t('job.paid'), shortCoins(job.price * BigInt(job.done), 8)],
              [t('job.sealed'), t('job.sealedText', { sent: bytes(own.bytesSent), all: bytes(own.bytes) })],
              [t('job.until'), job.deadline === null ? '–' : dateTime(job.deadline * 1000, i18n.language)],
            ]}
          />
          {own.verdicts.length > 0 && (
            <Table
              caption={t('job.checks')}
              columns={[t('job.steps'), t('job.segments'), t('job.again'), t('job.heldOut'), t('job.verdict')]}
              rows={own.verdicts.map((verdict, i) => ({ ...verdict, i }))}
              keyOf={({ i }) => i}
              cells={(verdict) => [
                `${verdict.begins} – ${verdict.step}`,
                verdict.segments.map(({ index }) => index + 1).join(', ') || '–',
                verdict.stepsAgain,
                verdict.heldOutLoss?.toFixed(4) ?? '–',
                verdict.passed
                  ? t(verdict.segments.every(({ exact }) => exact) ? 'job.sameBits' : 'job.close')
                  : `${t('job.failed')} ${verdict.failure?.why ?? ''}`,
              ]}
            />
          )}
          <div className={layout.row}>
            {job.state === 'open' && (
              <Button disabled={cancel.isPending} onClick={() => cancel.mutate()}>
                {t('job.cancel')}
              </Button>
            )}
            {job.state === 'active' && (
              <Button
                kind="danger"
                disabled={leave.isPending || expire.isPending}
                onClick={() => (late ? expire.mutate() : leave.mutate())}
              >
                {t(late ? 'job.expire' : 'job.leave')}
              </Button>
            )}
            {job.transactions.map(({ event, hash }) => (
              <Link key={event + hash} to={`/explorer/tx/${hash}`}>
                {t(`jobEvents.${event}` as 'jobEvents.JobOpened')}
              </Link>
            ))}
          </div>
        </div>
      </Card>
      <JobLog
        source={job.id}
        follow={(signal) => api.jobs.watch({ job: job.id }, { signal })}
        title={t('orderPage.log')}
      />
    </>
  )
}
