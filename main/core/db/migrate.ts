import type Database from 'better-sqlite3'
import { HearthError } from '../../../common/errors/index.ts'
import { migrations } from './migrations.ts'

/** Applies the migrations that are missing, each in a transaction. Forward only: a newer file is refused untouched. */
export function migrate(db: Database.Database, steps: readonly string[] = migrations): void {
  const version = db.pragma('user_version', { simple: true }) as number
  if (version > steps.length)
    throw new HearthError(
      'DATABASE_CORRUPT',
      `this data folder was written by a newer Hearth (${version}); update Hearth, nothing was changed`,
    )
  for (let next = version; next < steps.length; next++) {
    db.transaction(() => {
      db.exec(steps[next]!)
      db.pragma(`user_version = ${next + 1}`)
    })()
  }
}
