import styles from './envelope.module.css'

const HEIGHT = 100

/** The loudness of a recording over time. @param levels 0 to 100 each */
export const Envelope = ({ levels, label }: { readonly levels: readonly number[]; readonly label: string }) => (
  <svg
    className={styles.envelope}
    viewBox={`0 0 ${3 * levels.length} ${HEIGHT}`}
    preserveAspectRatio="none"
    role="img"
    aria-label={label}
  >
    {levels.map((level, i) => (
      // Silence is a line, so that time goes on.
      <rect key={i} x={3 * i} width={2} y={(HEIGHT - Math.max(2, level)) / 2} height={Math.max(2, level)} />
    ))}
  </svg>
)
