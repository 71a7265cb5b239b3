import type { ReactNode } from 'react'
import styles from './table.module.css'

interface Props<T> {
  readonly caption: string
  /** Headings; an empty one stands over buttons. */
  readonly columns: readonly string[]
  readonly rows: readonly T[]
  readonly keyOf: (row: T) => string | number
  readonly cells: (row: T) => readonly ReactNode[]
}

export const Table = <T,>({ caption, columns, rows, keyOf, cells }: Props<T>) => (
  <div className={styles.wrap} tabIndex={0} role="group" aria-label={caption}>
    <table className={styles.table} aria-label={caption}>
      <thead>
        <tr>
          {columns.map((column, i) =>
            column === '' ? (
              <td key={i} />
            ) : (
              <th key={i} scope="col">
                {column}
              </th>
            ),
          )}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={keyOf(row)}>
            {cells(row).map((cell, column) => (
              <td key={column}>{cell}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </div>
)
