import type { LotPreview } from '../../../common/model/data-market.ts'
import styles from './data.module.css'

/** The text of a row, where it is one; anything else is shown as it is. */
function textOf(row: string): string {
  try {
    const { author, text } = JSON.parse(row) as { author?: unknown; text?: unknown }
    return typeof text === 'string' ? `${typeof author === 'string' ? `${author}: ` : ''}${text}` : row
  } catch {
    return row
  }
}

/** The rows that a lot has drawn, with their numbers. */
export const LotRows = ({ preview }: { readonly preview: LotPreview }) => (
  <ul className={styles.rows}>
    {preview.rows.map(({ index, row }) => (
      <li key={index}>
        <b>{index + 1}</b>
        <span>{textOf(row)}</span>
      </li>
    ))}
  </ul>
)
