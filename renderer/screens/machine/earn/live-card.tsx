import { useTranslation } from 'react-i18next'
import type { NumberReading, Sample } from '../../../../common/model/telemetry.ts'
import { bytes, percent } from '../../../lib/format.ts'
import { useSamples } from '../../../state/samples.ts'
import { Card } from '../../../ui/card.tsx'
import { Facts, layout } from '../../../ui/layout.tsx'
import { LineChart } from '../../../ui/line-chart.tsx'
import { Skeleton } from '../../../ui/state.tsx'
import { Tag } from '../../../ui/tag.tsx'

const THIN = '\u2009'

/** What the machine does, second by second. A value that nobody tells is a dash, never a zero. */
export function LiveCard({ className }: { readonly className: string | undefined }) {
  const { t, i18n } = useTranslation()
  const samples = useSamples()
  const sample = samples.at(-1)
  const value = (reading: NumberReading, show: (value: number) => string) =>
    reading.value === null ? (
      <span className={layout.muted} title={t('live.untold', { source: reading.source })}>
        –
      </span>
    ) : (
      <span title={t('live.source', { source: reading.source, seconds: Math.round(reading.age / 1000) })}>
        {show(reading.value)}
      </span>
    )
  const share = (reading: NumberReading) => value(reading, (it) => percent(it, i18n.language))
  const degrees = (reading: NumberReading) => value(reading, (it) => `${Math.round(it)}${THIN}°C`)
  const watts = (reading: NumberReading) => value(reading, (it) => `${Math.round(it)}${THIN}W`)
  const points = (read: (at: Sample) => number | null | undefined) =>
    samples.flatMap((at): [number, number][] => {
      const it = read(at)
      return it === null || it === undefined
        ? []
        : [[Math.round((at.time - (samples.at(-1)?.time ?? 0)) / 1000), it * 100]]
    })
  return (
    <Card title={t('live.title')} className={className}>
      {!sample ? (
        <Skeleton label={t('common.loading')} />
      ) : (
        <div className={layout.stack}>
          <LineChart
            label={t('live.load')}
            axis={t('live.seconds')}
            lines={[
              { label: `${t('live.processor')} %`, colour: '--ember', points: points((at) => at.cpu.load.value) },
              ...sample.gpus
                .filter(({ asleep }) => !asleep)
                .slice(0, 3)
                .map((gpu, i) => ({
                  label: `${gpu.name} %`,
                  colour: ['--slate', '--moss', '--amber'][i] ?? '--slate',
                  points: points((at) => at.gpus.find(({ id }) => id === gpu.id)?.load.value),
                })),
            ]}
          />
          <Facts
            items={[
              [
                t('live.processor'),
                <span key="cpu">
                  {share(sample.cpu.load)} · {degrees(sample.cpu.temperature)} · {watts(sample.cpu.watts)}
                </span>,
              ],
              [
                t('live.memory'),
                <span key="memory">
                  {value(sample.memory.used, bytes)} / {value(sample.memory.total, bytes)}
                </span>,
              ],
              [
                t('live.disk'),
                <span key="disk">
                  ↓ {value(sample.disk.read, (it) => `${bytes(it)}/s`)} ↑{' '}
                  {value(sample.disk.written, (it) => `${bytes(it)}/s`)}
                </span>,
              ],
              [
                t('live.network'),
                <span key="network">
                  ↓ {value(sample.network.received, (it) => `${bytes(it)}/s`)} ↑{' '}
                  {value(sample.network.sent, (it) => `${bytes(it)}/s`)}
                </span>,
              ],
              [t('live.touched'), value(sample.idle, (it) => t('live.ago', { seconds: Math.round(it) }))],
              ...sample.gpus.map(
                (gpu) =>
                  [
                    gpu.name,
                    gpu.asleep ? (
                      <Tag key={gpu.id} tone="plain">
                        {t('live.asleep')}
                      </Tag>
                    ) : (
                      <span key={gpu.id}>
                        {share(gpu.load)} · {degrees(gpu.temperature)} · {watts(gpu.watts)} ·{' '}
                        {value(gpu.memoryUsed, bytes)} / {value(gpu.memoryTotal, bytes)} · {t('live.fan')}{' '}
                        {share(gpu.fan)}
                      </span>
                    ),
                  ] as const,
              ),
            ]}
          />
        </div>
      )}
    </Card>
  )
}
