import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import { bytes } from '../../../lib/format.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { useRuns } from '../../../state/runs.ts'
import { query } from '../../../state/transport.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { layout } from '../../../ui/layout.tsx'
import { LineChart } from '../../../ui/line-chart.tsx'
import { Empty, Problem, Skeleton } from '../../../ui/state.tsx'
import { JobCard } from './job-card.tsx'
import { MarketCard } from './market-card.tsx'
import { PlanCard } from './plan-card.tsx'
import { RunCard } from './run-card.tsx'
import { saveAdapterFile } from './save-adapter.ts'
import { SamplesCard } from './samples-card.tsx'
import { TrialCard } from './trial-card.tsx'

/** One run: what it will take, how it goes, what came of it. */
export function RunPage() {
  const { t } = useTranslation()
  const { id = '' } = useParams()
  const runs = useRuns()
  const run = runs?.find((item) => item.id === id)
  const detail = useQuery(
    query.training.run.queryOptions({ input: { id }, enabled: run !== undefined && run.state !== 'preparing' }),
  ).data
  const hired = useQuery(query.jobs.hired.queryOptions()).data?.find(({ own }) => own?.run === id)
  if (!runs) return <Skeleton label={t('common.loading')} />
  if (!run) return <Empty>{t('train.noSuchRun')}</Empty>
  const { state, steps } = run
  return (
    <div className={layout.stack}>
      <RunCard run={run} />
      {state === 'finished' && detail && <TrialCard detail={detail} />}
      {detail?.recipe && <PlanCard detail={detail} />}
      {detail?.recipe && <SamplesCard run={run} recipe={detail.recipe} />}
      {(state === 'ready' || state === 'paused') && <MarketCard run={id} />}
      {hired && <JobCard hired={hired} />}
      {steps !== null && state !== 'ready' && <CurveCard id={id} live={state === 'running' || state === 'ordered'} />}
      {state === 'finished' && <AdapterCard id={id} />}
    </div>
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
