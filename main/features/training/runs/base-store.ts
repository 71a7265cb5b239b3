import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { BaseRow } from '../../../../common/api/training.ts'
import type { BaseInfo } from '../../../../common/children/trainer.ts'
import type { Db } from '../../../core/db/open.ts'
import { Emitter } from '../../../core/events.ts'
import { resourcePath } from '../../../core/resources.ts'

/** Base models that the person has shown Hearth, and the demo model that it brings. They stay where they are. */
export class BaseStore {
  readonly #db: Db
  readonly #inspect: (path: string) => Promise<BaseInfo>
  readonly events = new Emitter<{ added: BaseRow }>()
  #demo: Promise<BaseRow> | undefined

  constructor(db: Db, inspect: (path: string) => Promise<BaseInfo>) {
    this.#db = db
    this.#inspect = inspect
  }

  async list(): Promise<BaseRow[]> {
    const path = resourcePath('demo', 'model')
    this.#demo ??= this.#inspect(path).then((info) => ({ ...info, path, demo: true }))
    const rows = this.#db
      .prepare<unknown[], { path: string; info: string }>('select * from training_bases order by path')
      .all()
    return [
      ...rows.map((row) => ({ ...(JSON.parse(row.info) as BaseInfo), path: row.path, demo: false })),
      await this.#demo,
    ]
  }

  /** Looks at a model before it is listed. @throws HearthError MODEL_BROKEN, MODEL_UNSUPPORTED, NOT_FOUND */
  async add(path: string): Promise<BaseRow> {
    const full = resolve(path)
    const info = await this.#inspect(full)
    this.#db
      .prepare(
        'insert into training_bases (path, info) values (?, ?) on conflict (path) do update set info = excluded.info',
      )
      .run(full, JSON.stringify(info))
    const added = { ...info, path: full, demo: false }
    this.events.emit('added', added)
    return added
  }

  /** Where a base model with this hash lies here. */
  async pathOf(hash: string): Promise<string | null> {
    return (await this.list()).find((base) => base.hash === hash)?.path ?? null
  }

  remove(path: string): void {
    this.#db.prepare('delete from training_bases where path = ?').run(path)
  }
}

/**
 * Every folder or file that the models need: Hugging Face's caches keep links in one folder and the files in another.
 */
export function basePaths(db: Db): string[] {
  const rows = db.prepare<unknown[], { path: string }>('select path from training_bases').all()
  return [...new Set(rows.flatMap(({ path }) => [path, ...targetsOf(path)]))]
}

/** The folders that the links in a model's folder lead to. */
function targetsOf(path: string): string[] {
  const stat = statSync(path, { throwIfNoEntry: false })
  const files = stat?.isDirectory() ? readdirSync(path).map((name) => join(path, name)) : [path]
  return files.flatMap((file) => {
    const real = existsSync(file) ? realpathSync(file) : file
    return real === file ? [] : [dirname(real)]
  })
}
