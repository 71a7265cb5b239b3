import { Bar, BarChart, Tooltip, XAxis, YAxis, ResponsiveContainer } from 'recharts'
import { formatCoins } from '../../common/model/money.ts'
import { shortCoins } from '../lib/format.ts'
import styles from './earnings-chart.module.css'

interface Day {
  readonly day: string
  readonly earned: bigint
}

/** Coins earned a day. Drawn from rounded numbers, told in exact ones. */
export const EarningsChart = ({ days, label }: { readonly days: readonly Day[]; readonly label: string }) => (
  <div className={styles.chart} role="img" aria-label={`${label}: ${days.map(({ day, earned }) => `${day} ${formatCoins(earned)}`).join(', ')}`}>
    <ResponsiveContainer width="100%" height={180}>
      <BarChart data={days.map(({ day, earned }) => ({ day: day.slice(5), coins: Number(formatCoins(earned)), earned }))} accessibilityLayer={false} margin={{ top: 8, right: 8, bottom: 0, left: 0 }}>
        <XAxis dataKey="day" tick={{ fontSize: 12 }} tickLine={false} axisLine={false} className={styles.axis!} />
        <YAxis width={56} tick={{ fontSize: 12 }} tickCount={4} tickLine={false} axisLine={false} className={styles.axis!} />
        <Tooltip isAnimationActive={false} cursor={false} content={({ payload }) => (payload?.[0] ? <div className={styles.tip}>{shortCoins((payload[0].payload as Day).earned, 8)}</div> : null)} />
        <Bar dataKey="coins" className={styles.bar!} radius={[5, 5, 2, 2]} isAnimationActive={false} />
      </BarChart>
    </ResponsiveContainer>
  </div>
)
