import type Database from 'better-sqlite3'
import { HearthError } from '../../../common/errors/index.ts'
import { migrations } from './migrations.ts'

/** @throws HearthError DATABASE_CORRUPT for a file that a newer Hearth wrote, which is left as it is */
export function refuseNewer(db: Database.Database, steps: readonly string[] = migrations): number {
  const version = db.pragma('user_version', { simple: true }) as number
  if (version > steps.length)
    throw new HearthError(
      'DATABASE_CORRUPT',
      `this data folder was written by a newer Hearth (${version}); update Hearth, nothing was changed`,
    )
  return version
}

/** Applies the migrations that are missing, each in a transaction. Forward only: a newer file is refused untouched. */
export function migrate(db: Database.Database, steps: readonly string[] = migrations): void {
  const version = refuseNewer(db, steps)
  for (let next = version; next < steps.length; next++) {
    db.transaction(() => {
      db.exec(steps[next]!)
      db.pragma(`user_version = ${next + 1}`)
    })()
  }
}
