import { Bar, BarChart, Tooltip, XAxis, YAxis, ResponsiveContainer } from 'recharts'
import { formatCoins } from '../../common/model/money.ts'
import { shortCoins } from '../lib/format.ts'
import styles from './earnings-chart.module.css'

interface Period {
  /** Seconds since 1970. */
  readonly start: number
  readonly earned: bigint
}

const formats = {
  day: { month: '2-digit', day: '2-digit', timeZone: 'UTC' },
  hour: { hour: '2-digit', minute: '2-digit' },
} as const

/** Coins earned a day or an hour. Drawn from rounded numbers, told in exact ones. */
export function EarningsChart({
  periods,
  unit,
  label,
  language,
}: {
  readonly periods: readonly Period[]
  readonly unit: 'day' | 'hour'
  readonly label: string
  readonly language: string
}) {
  const names = new Intl.DateTimeFormat(language, formats[unit])
  const bars = periods.map(({ start, earned }) => ({
    name: names.format(start * 1000),
    coins: Number(formatCoins(earned)),
    earned,
  }))
  return (
    <div
      className={styles.chart}
      role="img"
      aria-label={`${label}: ${bars.map(({ name, earned }) => `${name} ${formatCoins(earned)}`).join(', ')}`}
    >
      <ResponsiveContainer width="100%" height={180}>
        <BarChart data={bars} accessibilityLayer={false} margin={{ top: 8, right: 8, bottom: 0, left: 0 }}>
          <XAxis dataKey="name" tick={{ fontSize: 12 }} tickLine={false} axisLine={false} className={styles.axis!} />
          <YAxis
            width={56}
            tick={{ fontSize: 12 }}
            tickCount={4}
            tickLine={false}
            axisLine={false}
            className={styles.axis!}
          />
          <Tooltip
            isAnimationActive={false}
            cursor={false}
            content={({ payload }) =>
              payload?.[0] ? (
                <div className={styles.tip}>{shortCoins((payload[0].payload as Period).earned, 8)}</div>
              ) : null
            }
          />
          <Bar dataKey="coins" className={styles.bar!} radius={[5, 5, 2, 2]} isAnimationActive={false} />
        </BarChart>
      </ResponsiveContainer>
    </div>
  )
}
