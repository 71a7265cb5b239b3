import { resolve } from 'node:path'
import type { BaseRow } from '../../../common/api/training.ts'
import type { BaseInfo } from '../../../common/children/trainer.ts'
import type { Db } from '../../core/db/open.ts'
import { resourcePath } from '../../core/resources.ts'

/** Base models that the person has shown Hearth, and the demo model that it brings. They stay where they are. */
export class BaseStore {
  readonly #db: Db
  readonly #inspect: (path: string) => Promise<BaseInfo>
  #demo: Promise<BaseRow> | undefined

  constructor(db: Db, inspect: (path: string) => Promise<BaseInfo>) {
    this.#db = db
    this.#inspect = inspect
  }

  async list(): Promise<BaseRow[]> {
    const path = resourcePath('demo', 'model')
    this.#demo ??= this.#inspect(path).then((info) => ({ ...info, path, demo: true }))
    const rows = this.#db.prepare<unknown[], { path: string; info: string }>('select * from training_bases order by path').all()
    return [...rows.map((row) => ({ ...(JSON.parse(row.info) as BaseInfo), path: row.path, demo: false })), await this.#demo]
  }

  /** Looks at a model before it is listed. @throws HearthError MODEL_BROKEN, MODEL_UNSUPPORTED, NOT_FOUND */
  async add(path: string): Promise<BaseRow> {
    const full = resolve(path)
    const info = await this.#inspect(full)
    this.#db.prepare('insert into training_bases (path, info) values (?, ?) on conflict (path) do update set info = excluded.info').run(full, JSON.stringify(info))
    return { ...info, path: full, demo: false }
  }

  /** Where a base model with this hash lies here. */
  async pathOf(hash: string): Promise<string | null> {
    return (await this.list()).find((base) => base.hash === hash)?.path ?? null
  }

  remove(path: string): void {
    this.#db.prepare('delete from training_bases where path = ?').run(path)
  }
}
