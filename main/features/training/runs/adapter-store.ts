import { basename, resolve } from 'node:path'
import type { AdapterRow } from '../../../../common/api/training.ts'
import type { Db } from '../../../core/db/open.ts'
import type { RunStore } from './run-store.ts'

export interface AdapterInfo {
  readonly kind: string
  readonly base: string
  readonly parameters: number
}

/**
 * Adapters of this machine's owner: those that were trained here or on the market, and PEFT folders that they have
 * shown.
 */
export class AdapterStore {
  readonly #db: Db
  readonly #runs: RunStore
  readonly #inspect: (path: string) => Promise<AdapterInfo>

  constructor(db: Db, runs: RunStore, inspect: (path: string) => Promise<AdapterInfo>) {
    this.#db = db
    this.#runs = runs
    this.#inspect = inspect
  }

  list(): AdapterRow[] {
    const imported = this.#db
      .prepare<unknown[], { path: string; info: string }>('select * from training_adapters order by path')
      .all()
      .map(({ path, info }): AdapterRow => {
        const { kind, base, parameters } = JSON.parse(info) as AdapterInfo
        return { run: null, path, name: basename(path), kind, base, parameters, baseLoss: null, heldOutLoss: null }
      })
    const trained = this.#runs
      .list()
      .flatMap(({ id, state, request, recipe, estimate, baseLoss, heldOutLoss }): AdapterRow[] =>
        state === 'finished'
          ? [
              {
                run: id,
                path: null,
                name: request.name,
                kind: request.method,
                base: recipe?.base.name ?? request.base,
                parameters: estimate?.trained ?? 0,
                baseLoss,
                heldOutLoss,
              },
            ]
          : [],
      )
    return [...trained, ...imported]
  }

  /** Looks at a PEFT folder before it is listed. It stays where it is. @throws HearthError NOT_FOUND, MODEL_BROKEN */
  async add(path: string): Promise<void> {
    const full = resolve(path)
    const { kind, base, parameters } = await this.#inspect(full)
    this.#db
      .prepare(
        'insert into training_adapters (path, info) values (?, ?) on conflict (path) do update set info = ' +
          'excluded.info',
      )
      .run(full, JSON.stringify({ kind, base, parameters }))
  }

  remove(path: string): void {
    this.#db.prepare('delete from training_adapters where path = ?').run(path)
  }
}
