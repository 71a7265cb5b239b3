import { rename } from 'node:fs/promises'
import type { Db } from '../core/db/open.ts'
import type { Service } from '../core/lifecycle.ts'
import type { Log } from '../core/log/log.ts'
import { Loop } from '../core/loop.ts'

const EVERY_MS = 10 * 60_000

/** Copies the database while it is in use, so that a damaged page costs minutes of notes and no coins. */
export class BackupService implements Service {
  readonly name = 'backup'
  readonly #loop: Loop

  constructor(db: Db, path: string, log: Log) {
    this.#loop = new Loop(
      async () => {
        await db.backup(`${path}.next`, { progress: () => 64 })
        await rename(`${path}.next`, path)
      },
      EVERY_MS,
      log.child('backup'),
    )
  }

  start(): Promise<void> {
    this.#loop.start()
    return Promise.resolve()
  }

  stop(): Promise<void> {
    return this.#loop.stop()
  }
}
