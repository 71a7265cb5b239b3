import { messageOf } from '../../../common/errors/index.ts'
import type { Db } from '../../core/db/open.ts'
import type { Log } from '../../core/log/log.ts'
import type { CurationTasks } from './curation-tasks.ts'

interface Ports {
  readonly db: Db
  readonly tasks: CurationTasks
  readonly log: Log
}
type Kind = 'dataset' | 'collection'

/** How often an import is begun where the app is killed over it: it may be the reason itself. */
const MOST_TRIES = 2

/** What is being brought in, written down before it begins, so that it goes on where the app was ended in its middle. */
export class Imports {
  readonly #ports: Ports
  #failed: string | null = null
  readonly #running = new Set<Promise<unknown>>()
  readonly #resuming: Promise<void>[] = []

  constructor(ports: Ports) {
    this.#ports = ports
  }

  /** Why an import that was cut off could not go on, or null. */
  get failed(): string | null {
    return this.#failed
  }

  /** Fulfilled once all that was cut off has gone on, or failed. */
  get resumed(): Promise<unknown> {
    return Promise.all(this.#resuming)
  }

  /** Fulfilled once nothing is being brought any more. */
  get settled(): Promise<unknown> {
    return Promise.allSettled(this.#running)
  }

  /** Does the work of an import; only the app's own end leaves it to be done again. @param request what it is done again by */
  async run<T>(kind: Kind, id: string, request: { readonly name: string }, work: () => Promise<T>): Promise<T> {
    this.#ports.db
      .prepare(
        'insert into data_imports (id, kind, request, tries) values (?, ?, ?, 1) on conflict (id) do update set tries = tries + 1',
      )
      .run(id, kind, JSON.stringify(request))
    // Whoever brings it again has read why it failed.
    if (this.#failed?.startsWith(`${request.name}: `)) this.#failed = null
    const done = work().finally(() => {
      this.#running.delete(done)
      if (this.#ports.tasks.stopping)
        this.#ports.db.prepare('update data_imports set tries = tries - 1 where id = ?').run(id)
      else this.#forget(id)
    })
    this.#running.add(done)
    return done
  }

  /** Begins again what was cut off, behind the app's start. */
  resume<W extends { readonly name: string }>(kind: Kind, again: (id: string, request: W) => Promise<unknown>): void {
    this.#resuming.push(this.#resume(kind, again))
  }

  async #resume<W extends { readonly name: string }>(
    kind: Kind,
    again: (id: string, request: W) => Promise<unknown>,
  ): Promise<void> {
    const left = this.#ports.db
      .prepare<[Kind], { id: string; request: string; tries: number }>(
        'select id, request, tries from data_imports where kind = ?',
      )
      .all(kind)
    for (const { id, request: written, tries } of left) {
      const request = JSON.parse(written) as W
      try {
        if (tries >= MOST_TRIES) throw new Error('it was cut off twice')
        await again(id, request)
      } catch (error) {
        if (this.#ports.tasks.stopping) return
        this.#forget(id)
        this.#failed = `${request.name}: ${messageOf(error)}`
        this.#ports.log.warn('an import that was cut off cannot go on', { kind, id, error })
        this.#ports.tasks.events.emit('changed', null)
      }
    }
  }

  #forget(id: string): void {
    this.#ports.db.prepare('delete from data_imports where id = ?').run(id)
  }
}
