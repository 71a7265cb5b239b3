import styles from './histogram.module.css'

/** Counts as small bars; the label says them in words. */
export function Histogram({ counts, label }: { readonly counts: readonly number[]; readonly label: string }) {
  const most = Math.max(1, ...counts)
  return (
    <svg
      className={styles.bars}
      preserveAspectRatio="xMinYMid"
      viewBox={`0 0 ${Math.max(1, counts.length) * 6} 24`}
      role="img"
      aria-label={label}
    >
      {counts.map((count, i) => (
        <rect key={i} x={i * 6} y={24 - (24 * count) / most} width={5} height={(24 * count) / most} />
      ))}
    </svg>
  )
}
