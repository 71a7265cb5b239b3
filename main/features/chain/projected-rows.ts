import type { Fields, Rows, SqlValue } from '../../../common/chain/contract-module.ts'
import type { Db } from '../../core/db/open.ts'

/** What the handler of one event does to its contract's tables in SQLite. */
export class ProjectedRows implements Rows {
  readonly #db: Db
  readonly #event: { readonly name: string; readonly transactionHash: string }

  constructor(db: Db, event: { readonly name: string; readonly transactionHash: string }) {
    this.#db = db
    this.#event = event
  }

  insert(table: string, fields: Fields): void {
    const columns = Object.keys(fields)
    this.run(
      `insert into ${table} (${columns.join(', ')}) values (${columns.map(() => '?').join(', ')})`,
      ...Object.values(fields),
    )
  }

  change(table: string, fields: Fields, where: Fields): void {
    const set = (entries: Fields, between: string): string =>
      Object.keys(entries)
        .map((column) => `${column} = ?`)
        .join(between)
    this.run(
      `update ${table} set ${set(fields, ', ')} where ${set(where, ' and ')}`,
      ...Object.values(fields),
      ...Object.values(where),
    )
  }

  trail(table: string, id: number): void {
    this.run(
      `update ${table} set transactions = json_insert(transactions, '$[#]', json_object('event', ?, 'hash', ?)) ` +
        `where id = ?`,
      this.#event.name,
      this.#event.transactionHash,
      id,
    )
  }

  get<Row>(sql: string, ...values: readonly SqlValue[]): Row | undefined {
    return this.#db.prepare<SqlValue[], Row>(sql).get(...values)
  }

  run(sql: string, ...values: readonly SqlValue[]): void {
    this.#db.prepare<SqlValue[]>(sql).run(...values)
  }
}
