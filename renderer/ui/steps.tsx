import styles from './steps.module.css'

/** Where a person is on a way of a few steps. @param at number of steps that are done */
export const Steps = ({
  label,
  names,
  at,
}: {
  readonly label: string
  readonly names: readonly string[]
  readonly at: number
}) => (
  <ol className={styles.steps} aria-label={label}>
    {names.map((name, i) => (
      <li
        key={name}
        className={i < at ? styles.done : i === at ? styles.now : undefined}
        aria-current={i === at ? 'step' : undefined}
      >
        <b aria-hidden>{i < at ? '✓' : i + 1}</b>
        {name}
      </li>
    ))}
  </ol>
)
