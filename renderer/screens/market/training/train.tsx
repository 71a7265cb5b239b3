import { useQueries } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { RunRow } from '../../../../common/api/training.ts'
import { dateTime, duration } from '../../../lib/format.ts'
import { useRuns } from '../../../state/runs.ts'
import { query } from '../../../state/transport.ts'
import { Card } from '../../../ui/card.tsx'
import { layout } from '../../../ui/layout.tsx'
import { LineChart } from '../../../ui/line-chart.tsx'
import { Empty, Skeleton } from '../../../ui/state.tsx'
import { Table } from '../../../ui/table.tsx'
import { Tag } from '../../../ui/tag.tsx'
import { AdaptersCard } from './adapters-card.tsx'
import { NewRunCard } from './new-run-card.tsx'
import { perplexity } from './perplexity.ts'
import { TablesCard } from './tables-card.tsx'
import { stateTone } from './run-tone.ts'

const COLOURS = ['--ember', '--moss', '--slate', '--amber'] as const

/** Runs on this machine, old and new, side by side. */
export function Train() {
  const { t } = useTranslation()
  const runs = useRuns()
  return (
    <div className={layout.stack}>
      <Card title={t('train.runs')} aside={<Link to="/train/verify">{t('proof.open')}</Link>}>
        {!runs ? (
          <Skeleton label={t('common.loading')} />
        ) : runs.length === 0 ? (
          <Empty>{t('train.noRuns')}</Empty>
        ) : (
          <Runs runs={runs} />
        )}
      </Card>
      <NewRunCard />
      <AdaptersCard />
      <TablesCard />
    </div>
  )
}

function Runs({ runs }: { readonly runs: readonly RunRow[] }) {
  const { t, i18n } = useTranslation()
  const [compared, setCompared] = useState<readonly string[]>([])
  const toggle = (id: string) =>
    setCompared((old) => (old.includes(id) ? old.filter((item) => item !== id) : [...old, id].slice(-COLOURS.length)))
  return (
    <div className={layout.stack}>
      <Table
        caption={t('train.runs')}
        columns={[
          t('train.compare'),
          t('train.name'),
          t('train.state'),
          t('train.progress'),
          t('train.perplexity'),
          t('train.left'),
          t('train.created'),
        ]}
        rows={runs}
        keyOf={(run) => run.id}
        cells={(run) => [
          <input
            key="compare"
            type="checkbox"
            aria-label={t('train.compareRun', { name: run.name })}
            checked={compared.includes(run.id)}
            onChange={() => toggle(run.id)}
          />,
          <Link key="name" to={`/train/${run.id}`}>
            {run.name}
          </Link>,
          <Tag key="state" tone={stateTone[run.state]}>
            {t(`train.states.${run.state}`)}
          </Tag>,
          `${run.step} / ${run.steps ?? '–'}`,
          `${perplexity(run.baseLoss)} → ${perplexity(run.heldOutLoss)}`,
          run.secondsLeft === null ? '–' : duration(Math.round(run.secondsLeft), i18n.language),
          dateTime(run.created, i18n.language),
        ]}
      />
      {compared.length > 0 && <Comparison runs={runs.filter((run) => compared.includes(run.id))} />}
    </div>
  )
}

function Comparison({ runs }: { readonly runs: readonly RunRow[] }) {
  const { t } = useTranslation()
  const logs = useQueries({
    queries: runs.map((run) =>
      query.training.log.queryOptions({
        input: { id: run.id },
        refetchInterval: run.state === 'running' ? 2000 : false,
      }),
    ),
  })
  return (
    <LineChart
      label={t('train.comparison')}
      axis={t('train.step')}
      lines={runs.map((run, i) => ({
        label: run.name,
        colour: COLOURS[i] ?? COLOURS[0],
        dots: true,
        points: (logs[i]?.data ?? []).flatMap((entry) =>
          entry.kind === 'evaluation' ? [[entry.step, entry.heldOutLoss] as const] : [],
        ),
      }))}
    />
  )
}
