import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate, useParams } from 'react-router'
import type { RunDetail } from '../../../../common/api/training.ts'
import { RemoveDialog } from '../../../app/remove-dialog.tsx'
import { bytes, duration, percent, rate } from '../../../lib/format.ts'
import { useRuns } from '../../../state/runs.ts'
import { api, query } from '../../../state/transport.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { Facts, layout } from '../../../ui/layout.tsx'
import { LineChart } from '../../../ui/line-chart.tsx'
import { Progress } from '../../../ui/progress.tsx'
import { Empty, Problem, Skeleton } from '../../../ui/state.tsx'
import { Tag } from '../../../ui/tag.tsx'
import { JobCard } from './job-card.tsx'
import { MarketCard } from './market-card.tsx'
import { stateTone } from './run-tone.ts'
import { saveAdapterFile } from './save-adapter.ts'

/** One run: what it will take, how it goes, what came of it. */
export function RunPage() {
  const { t, i18n } = useTranslation()
  const id = useParams()['id']!
  const navigate = useNavigate()
  const row = useRuns()?.find((run) => run.id === id)
  const detail = useQuery(
    query.training.run.queryOptions({ input: { id }, enabled: row !== undefined && row.state !== 'preparing' }),
  ).data
  const start = useApiMutation(() => api.training.start({ id }))
  const pause = useApiMutation(() => api.training.pause({ id }))
  const remove = useApiMutation(async () => {
    await api.training.remove({ id })
    await navigate('/train')
  })
  const hired = useQuery(query.jobs.hired.queryOptions()).data?.find(({ own }) => own?.run === id)
  const [asking, setAsking] = useState(false)
  if (!row) return <Skeleton label={t('common.loading')} />
  const running = row.state === 'running'
  const ordered = row.state === 'ordered'
  const error = start.errorText ?? pause.errorText
  return (
    <div className={layout.stack}>
      <Card title={row.name} aside={<Tag tone={stateTone[row.state]}>{t(`train.states.${row.state}`)}</Tag>}>
        <div className={layout.stack}>
          {row.state === 'preparing' && <p className={layout.muted}>{t('train.preparing')}</p>}
          {row.steps !== null && (row.step > 0 || running || ordered) && (
            <Progress
              share={row.step / row.steps}
              label={t('train.stepOf', {
                step: row.step,
                steps: row.steps,
                share: percent(row.step / row.steps, i18n.language),
              })}
            />
          )}
          {row.steps !== null && row.step > 0 && (
            <p>
              {t('train.stepOf', {
                step: row.step,
                steps: row.steps,
                share: percent(row.step / row.steps, i18n.language),
              })}
              {row.tokensPerSecond !== null &&
                ` · ${rate(row.tokensPerSecond, 'tokens/s')} · ${t('train.leftText', { time: duration(Math.round(row.secondsLeft ?? 0), i18n.language) })}`}
            </p>
          )}
          {row.error && (
            <Problem>{`${t(`errors.${row.error.code}` as 'errors.INTERNAL')} ${row.error.message}`}</Problem>
          )}
          {error && <Problem>{error}</Problem>}
          <div className={layout.row}>
            {(row.state === 'ready' || row.state === 'paused' || (row.state === 'failed' && row.steps !== null)) && (
              <Button kind="primary" disabled={start.isPending} onClick={() => start.mutate()}>
                {t(row.state === 'ready' ? 'train.start' : 'train.resume')}
              </Button>
            )}
            {running && (
              <Button disabled={pause.isPending} onClick={() => pause.mutate()}>
                {t('train.pause')}
              </Button>
            )}
            {!running && !ordered && (
              <Button
                kind="danger"
                disabled={remove.isPending || row.state === 'preparing'}
                onClick={() => setAsking(true)}
              >
                {t('train.remove')}
              </Button>
            )}
          </div>
          <RemoveDialog
            name={row.name}
            text={t('train.removeText')}
            open={asking}
            busy={remove.isPending}
            error={remove.errorText}
            onClose={() => setAsking(false)}
            onAgree={() => remove.mutate()}
          />
        </div>
      </Card>
      {detail?.recipe && <PlanCard detail={detail} />}
      {(row.state === 'ready' || row.state === 'paused') && <MarketCard run={id} />}
      {hired && <JobCard hired={hired} />}
      {row.steps !== null && row.state !== 'ready' && <CurveCard id={id} live={running || ordered} />}
      {row.state === 'finished' && <AdapterCard id={id} />}
    </div>
  )
}

function PlanCard({ detail: { recipe, report, estimate } }: { readonly detail: RunDetail }) {
  const { t, i18n } = useTranslation()
  if (!recipe || !report || !estimate) return null
  return (
    <Card title={t('train.plan')}>
      <Facts
        items={[
          [t('train.base'), `${recipe.base.name} (${recipe.base.format})`],
          [
            t('train.data'),
            t('train.dataText', {
              samples: report.samples,
              rows: report.rows,
              tokens: report.learntTokens,
              empty: report.empty,
              cut: report.cut,
            }),
          ],
          [
            t('train.sequences'),
            t('train.sequencesText', {
              sequences: recipe.data.sequences - recipe.data.heldOut,
              length: recipe.data.sequenceLength,
              heldOut: recipe.data.heldOut,
            }),
          ],
          [t('train.method'), t(`train.methods.${recipe.base.format === 'nf4' ? 'qlora' : recipe.method.kind}`)],
          [t('train.trained'), estimate.trained.toLocaleString(i18n.language)],
          [
            t('train.steps'),
            t('train.stepsText', {
              steps: recipe.steps,
              sequences: recipe.batch.sequences * recipe.batch.accumulation,
              every: recipe.checkpointEvery,
            }),
          ],
          [
            t('train.time'),
            `${duration(Math.round(estimate.seconds), i18n.language)} (${rate(estimate.tokensPerStep / estimate.secondsPerStep, 'tokens/s')}, ${t('train.measured')})`,
          ],
          [
            t('train.energy'),
            estimate.joules === null
              ? t('train.noEnergy')
              : `${(estimate.joules / 3600).toPrecision(3)} Wh (${t('train.measured')})`,
          ],
          [t('train.memory'), `${bytes(estimate.memoryBytes)} (${t(`train.plans.${estimate.plan}`)})`],
          [t('train.disk'), bytes(estimate.diskBytes)],
        ]}
      />
    </Card>
  )
}

function CurveCard({ id, live }: { readonly id: string; readonly live: boolean }) {
  const { t } = useTranslation()
  const log = useQuery(
    query.training.log.queryOptions({ input: { id }, refetchInterval: live ? 1500 : false, staleTime: 0 }),
  ).data
  return (
    <Card title={t('train.curve')}>
      {!log ? (
        <Skeleton label={t('common.loading')} />
      ) : log.length === 0 ? (
        <Empty>{t('train.noCurve')}</Empty>
      ) : (
        <LineChart
          label={t('train.curve')}
          axis={t('train.step')}
          lines={[
            {
              label: t('train.loss'),
              colour: '--ember',
              points: log.flatMap((entry) => (entry.kind === 'step' ? [[entry.step, entry.loss] as const] : [])),
            },
            {
              label: t('train.heldOut'),
              colour: '--moss',
              dots: true,
              points: log.flatMap((entry) =>
                entry.kind === 'evaluation' ? [[entry.step, entry.heldOutLoss] as const] : [],
              ),
            },
          ]}
        />
      )}
    </Card>
  )
}

function AdapterCard({ id }: { readonly id: string }) {
  const { t } = useTranslation()
  const files = useQuery(query.training.adapterFiles.queryOptions({ input: { id } })).data
  const save = useApiMutation((name: string) => saveAdapterFile(id, name))
  return (
    <Card title={t('train.adapter')} aside={<Link to={`/data/adapter/${id}`}>{t('train.sell')}</Link>}>
      <div className={layout.stack}>
        <p className={layout.muted}>{t('train.adapterText')}</p>
        {save.errorText && <Problem>{save.errorText}</Problem>}
        <div className={layout.row}>
          {files?.map((file) => (
            <Button key={file.name} disabled={save.isPending} onClick={() => save.mutate(file.name)}>
              {`${file.name} · ${bytes(file.bytes)}`}
            </Button>
          ))}
        </div>
      </div>
    </Card>
  )
}
