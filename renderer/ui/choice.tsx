import styles from './choice.module.css'

interface Props<V extends string> {
  readonly label: string
  readonly value: V
  readonly options: readonly V[]
  readonly nameOf: (option: V) => string
  readonly onChoose: (option: V) => void
}

/** A choice within a line of text or a cell, named for those who cannot see where it stands. */
export const Choice = <V extends string>({ label, value, options, nameOf, onChoose }: Props<V>) => (
  <select
    className={styles.choice}
    aria-label={label}
    value={value}
    onChange={(event) => onChoose(event.target.value as V)}
  >
    {options.map((option) => (
      <option key={option} value={option}>
        {nameOf(option)}
      </option>
    ))}
  </select>
)
