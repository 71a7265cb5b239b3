import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { backendNames } from '../../../../common/model/backend-names.ts'
import { benchParts, computeParts, type BenchPart } from '../../../../common/model/benchmark.ts'
import type { Benchmark } from '../../../../common/api/earn.ts'
import { ScoreMissing } from '../../../app/score-missing.tsx'
import { bytes, dateTime, percent, points, rate } from '../../../lib/format.ts'
import { untilBack } from '../../../state/live.ts'
import { api, query } from '../../../state/transport.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Progress } from '../../../ui/progress.tsx'
import { Empty, Problem, Skeleton } from '../../../ui/state.tsx'
import { Table } from '../../../ui/table.tsx'
import { Tag } from '../../../ui/tag.tsx'

function shown(part: BenchPart, value: number): string {
  if (part === 'training' || part === 'prompt' || part === 'decode') return rate(value, 'tokens/s')
  return (computeParts as readonly BenchPart[]).includes(part) ? rate(value, 'OP/s') : `${bytes(value)}/s`
}

const change = (share: number, language: string): string =>
  new Intl.NumberFormat(language, { style: 'percent', signDisplay: 'exceptZero', maximumFractionDigits: 0 }).format(
    share,
  )

/** The one number, and what it does not know yet. */
function ScoreLine({ benchmark: { score } }: { readonly benchmark: Benchmark }) {
  const { t, i18n } = useTranslation()
  return (
    <p title={t('machine.scoreHint')}>
      <b>{t('machine.score', { points: points(score.points, i18n.language) })}</b>
      {score.full !== null && ` · ${t('machine.scoreFull', { points: points(score.full, i18n.language) })}`}
      {score.missing.length > 0 && ' · '}
      <ScoreMissing score={score} />
    </p>
  )
}

/** Measured figures with their spread; nothing here is a constant. */
export function BenchmarkCard({ className }: { readonly className: string | undefined }) {
  const { t, i18n } = useTranslation()
  const machine = useQuery(query.earn.machine.queryOptions()).data
  const previous = useQuery(query.earn.benchmarks.queryOptions()).data?.[1]
  const isolation = useQuery(query.machine.isolation.queryOptions()).data
  const progress = useQuery(query.earn.watchMeasure.experimental_liveOptions(untilBack)).data
  const measure = useApiMutation((quick: boolean) => api.earn.measure({ quick }))
  if (!machine) return <Skeleton label={t('common.loading')} />
  const { benchmark, report } = machine
  return (
    <Card
      title={t('machine.title')}
      className={className}
      aside={<span>{benchmark && dateTime(benchmark.time, i18n.language)}</span>}
    >
      <div className={layout.stack}>
        <p>
          {report.processor ?? t('common.unknown')} · {bytes(report.memoryBytes)} · {report.system}
          {report.graphics.length > 0 && ` · ${report.graphics.map((card) => card.name).join(', ')}`}
        </p>
        {benchmark ? (
          <>
            <ScoreLine benchmark={benchmark} />
            <Table
              caption={t('machine.figures')}
              columns={[
                t('machine.figure'),
                t('machine.median'),
                t('machine.range'),
                t('machine.sinceLast'),
                ...(benchmark.full ? [t('machine.full', { threads: benchmark.full.threads })] : []),
              ]}
              rows={benchParts.filter((part) => benchmark.parts[part])}
              keyOf={(part) => part}
              cells={(part) => {
                const m = benchmark.parts[part]!
                const before = previous?.parts[part]?.median
                return [
                  t(`machine.${part}`),
                  <b key="median">{shown(part, m.median)}</b>,
                  `${shown(part, m.low)} – ${shown(part, m.high)} (${m.repetitions}×)`,
                  before ? change(m.median / before - 1, i18n.language) : '–',
                  ...(benchmark.full
                    ? [benchmark.full.parts[part] ? shown(part, benchmark.full.parts[part].median) : '–']
                    : []),
                ]
              }}
            />
            <div className={layout.row}>
              {benchmark.throttled && <Tag tone="wait">{t('machine.throttled')}</Tag>}
              {benchmark.watts !== null && (
                <span className={layout.muted}>{t('machine.drew', { watts: Math.round(benchmark.watts) })}</span>
              )}
              {benchmark.backends.map(({ backend, exact, message, parts }) => (
                <span key={backend} title={message ?? ''}>
                  <Tag tone={exact ? 'ok' : 'plain'}>
                    {t(exact ? 'machine.exact' : 'machine.unusable', { backend: backendNames[backend] })}
                    {parts.fp32 && ` · fp32 ${shown('fp32', parts.fp32.median)}`}
                    {parts.fp16 && ` · fp16 ${shown('fp16', parts.fp16.median)}`}
                  </Tag>
                </span>
              ))}
            </div>
          </>
        ) : (
          <Empty>{t('machine.empty')}</Empty>
        )}
        {isolation && (
          <div className={layout.row}>
            <Tag tone={isolation.tier === 'sandbox' ? 'ok' : 'wait'}>{t(`machine.isolation.${isolation.tier}`)}</Tag>
            {isolation.why && <span className={layout.tiny}>{isolation.why}</span>}
          </div>
        )}
        {progress && (
          <Progress
            share={progress.share}
            label={t('machine.measuring', { part: progress.part, share: percent(progress.share, i18n.language) })}
          />
        )}
        {measure.errorText && <Problem>{measure.errorText}</Problem>}
        <div className={layout.row}>
          <Button kind="primary" disabled={measure.isPending || Boolean(progress)} onClick={() => measure.mutate(true)}>
            {t('machine.measureQuick')}
          </Button>
          <Button disabled={measure.isPending || Boolean(progress)} onClick={() => measure.mutate(false)}>
            {t('machine.measureFull')}
          </Button>
          {progress && <Button onClick={() => void api.earn.cancelMeasure({})}>{t('common.cancel')}</Button>}
        </div>
      </div>
    </Card>
  )
}
