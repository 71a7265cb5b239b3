import type { Db } from '../../core/db/open.ts'
import type { ProjectedEvent } from './projections.ts'

type Fields = Readonly<Record<string, string | number | null>>

/** What the projections of contracts do to their tables for one event. */
export class ProjectedRows {
  readonly #db: Db
  readonly #event: ProjectedEvent
  readonly #id: number

  constructor(db: Db, event: ProjectedEvent) {
    this.#db = db
    this.#event = event
    this.#id = Number(event.args.id)
  }

  insert(table: string, fields: Fields): void {
    const columns = Object.keys(fields)
    this.#db
      .prepare(`insert into ${table} (${columns.join(', ')}) values (${columns.map(() => '?').join(', ')})`)
      .run(...Object.values(fields))
  }

  /** @param where the row that the event's `id` names, unless said otherwise */
  change(table: string, fields: Fields, where: Fields = { id: this.#id }): void {
    const set = (entries: Fields, between: string): string =>
      Object.keys(entries)
        .map((column) => `${column} = ?`)
        .join(between)
    this.#db
      .prepare(`update ${table} set ${set(fields, ', ')} where ${set(where, ' and ')}`)
      .run(...Object.values(fields), ...Object.values(where))
  }

  /** Notes the event's transaction with the row that its `id` names. */
  trail(table: string): void {
    this.#db
      .prepare(
        `update ${table} set transactions = json_insert(transactions, '$[#]', json_object('event', ?, 'hash', ?)) where id = ?`,
      )
      .run(this.#event.name, this.#event.transactionHash, this.#id)
  }
}
