import { ArrowDown, ArrowUp } from 'lucide-react'
import type { ReactNode } from 'react'
import styles from './table.module.css'

interface Sorting {
  /** The column that the rows are sorted by. */
  readonly by: number
  readonly descending: boolean
  readonly onSort: (column: number) => void
}

interface Props<T> {
  readonly caption: string
  /** Headings; an empty one stands over buttons. */
  readonly columns: readonly string[]
  /** Where a heading sorts the rows. */
  readonly sorting?: Sorting
  /** Whether it has so many columns that each row becomes a list before it is as narrow as on a telephone. */
  readonly reflows?: boolean
  readonly rows: readonly T[]
  readonly keyOf: (row: T) => string | number
  readonly cells: (row: T) => readonly ReactNode[]
}

export const Table = <T,>({ caption, columns, sorting, reflows = false, rows, keyOf, cells }: Props<T>) => (
  <div
    className={`${styles.wrap} ${reflows ? styles.reflows : ''} ${sorting ? styles.sorts : ''}`}
    tabIndex={0}
    role="group"
    aria-label={caption}
  >
    <table className={styles.table} aria-label={caption}>
      <thead>
        <tr>
          {columns.map((column, i) =>
            column === '' ? (
              <td key={i} />
            ) : sorting ? (
              <SortingHead key={i} column={i} name={column} {...sorting} />
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
              <td key={column} data-label={columns[column]}>
                {cell}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </div>
)

function SortingHead({
  column,
  name,
  by,
  descending,
  onSort,
}: Sorting & { readonly column: number; readonly name: string }) {
  const sorted = column === by
  const Arrow = descending ? ArrowDown : ArrowUp
  return (
    <th scope="col" aria-sort={sorted ? (descending ? 'descending' : 'ascending') : undefined}>
      <button type="button" className={styles.sort} onClick={() => onSort(column)}>
        {name}
        {sorted && <Arrow aria-hidden />}
      </button>
    </th>
  )
}
