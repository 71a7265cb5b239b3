import UPlot from 'uplot'
import { COIN_SYMBOL, formatCoins } from '../../common/model/money.ts'
import { shortCoins } from '../lib/format.ts'
import { colour, Plot, side } from './plot.tsx'

interface Period {
  /** Seconds since 1970. */
  readonly start: number
  readonly earned: bigint
}
interface Props {
  readonly periods: readonly Period[]
  readonly unit: 'day' | 'hour'
  readonly label: string
  readonly language: string
}

const HEIGHT = 180
const BARS = UPlot.paths.bars?.({ size: [0.6, 48], radius: 0.15 })
const formats = {
  day: { month: '2-digit', day: '2-digit', timeZone: 'UTC' },
  hour: { hour: '2-digit', minute: '2-digit' },
} as const

/** Coins earned a day or an hour. Drawn from rounded numbers, told in exact ones. */
export function EarningsChart({ periods, unit, label, language }: Props) {
  const format = new Intl.DateTimeFormat(language, formats[unit])
  const names = periods.map(({ start }) => format.format(start * 1000))
  const nameOf = (index: number): string => names[index] ?? ''
  return (
    <Plot
      label={`${label}: ${periods.map(({ earned }, i) => `${nameOf(i)} ${formatCoins(earned)}`).join(', ')}`}
      height={HEIGHT}
      shape={JSON.stringify([unit, language, periods.map(({ start, earned }) => [start, String(earned)])])}
      data={[periods.map((_, i) => i), periods.map(({ earned }) => Number(formatCoins(earned)))]}
      options={{
        scales: {
          x: { time: false, range: [-0.5, periods.length - 0.5] },
          y: { range: (_, __, most) => [0, most || 1] },
        },
        axes: [
          {
            ...side,
            grid: { show: false },
            space: 72,
            incrs: [1, 2, 3, 6, 12],
            values: (_, splits) => splits.map(nameOf),
          },
          { ...side, size: 64 },
        ],
        series: [
          { label, value: (_, index) => (index === null ? '–' : nameOf(index)) },
          {
            label: COIN_SYMBOL,
            fill: colour('--ember'),
            ...(BARS && { paths: BARS }),
            points: { show: false },
            value: (_, __, ___, index) => (index === null ? '–' : shortCoins(periods[index]?.earned ?? 0n, 8)),
          },
        ],
      }}
    />
  )
}
