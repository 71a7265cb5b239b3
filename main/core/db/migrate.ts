import type Database from 'better-sqlite3'
import { HearthError } from '../../../common/errors/index.ts'
import { migrations } from './migrations.ts'
import { applyStep, migrateOwnedTables, refuseNewerTables, type OwnedTables } from './owned-tables.ts'

const versionOf = (db: Database.Database): number => db.pragma('user_version', { simple: true }) as number

/** @throws HearthError DATABASE_CORRUPT where a newer Hearth wrote the file */
export function refuseNewer(
  db: Database.Database,
  steps: readonly string[] = migrations,
  owners: readonly OwnedTables[] = [],
): void {
  const version = versionOf(db)
  if (version > steps.length)
    throw new HearthError(
      'DATABASE_CORRUPT',
      `this data folder was written by a newer Hearth (${version}); update Hearth, nothing was changed`,
    )
  refuseNewerTables(db, owners)
}

/**
 * Applies the migrations that are missing, all of them or none: the common ones, then those of owned tables. Forward
 * only.
 * @throws HearthError DATABASE_CORRUPT or DISK_FULL, and the file is as before
 */
export function migrate(
  db: Database.Database,
  steps: readonly string[] = migrations,
  owners: readonly OwnedTables[] = [],
): void {
  refuseNewer(db, steps, owners)
  // One transaction: a file that is half way would be of no version, and the Hearth that wrote it would refuse it.
  db.transaction(() => {
    for (let next = versionOf(db); next < steps.length; next++) {
      applyStep(db, steps[next]!, `step ${next + 1} of ${steps.length}`)
      db.pragma(`user_version = ${next + 1}`)
    }
    migrateOwnedTables(db, owners)
  })()
}
