import type Database from 'better-sqlite3'
import { HearthError, messageOf } from '../../../common/errors/index.ts'
import { asDiskError } from '../files.ts'
import { isDamaged } from './is-damaged.ts'
import { migrations } from './migrations.ts'

const versionOf = (db: Database.Database): number => db.pragma('user_version', { simple: true }) as number

/** @throws HearthError DATABASE_CORRUPT where a newer Hearth wrote the file */
export function refuseNewer(db: Database.Database, steps: readonly string[] = migrations): void {
  const version = versionOf(db)
  if (version > steps.length)
    throw new HearthError(
      'DATABASE_CORRUPT',
      `this data folder was written by a newer Hearth (${version}); update Hearth, nothing was changed`,
    )
}

/**
 * Applies the migrations that are missing, all of them or none. Forward only.
 * @throws HearthError DATABASE_CORRUPT or DISK_FULL, and the file is as before
 */
export function migrate(db: Database.Database, steps: readonly string[] = migrations): void {
  refuseNewer(db, steps)
  // One transaction: a file that is half way would be of no version, and the Hearth that wrote it would refuse it.
  db.transaction(() => {
    for (let next = versionOf(db); next < steps.length; next++) {
      try {
        db.exec(steps[next]!)
      } catch (error) {
        throw inWords(error, `step ${next + 1} of ${steps.length}`)
      }
      db.pragma(`user_version = ${next + 1}`)
    }
  })()
}

function inWords(error: unknown, step: string): unknown {
  const known = asDiskError(error)
  if (known !== error || isDamaged(error)) return known
  return new HearthError(
    'DATABASE_CORRUPT',
    `this data folder could not be brought to this version of Hearth (${step}: ${messageOf(error)}); nothing ` +
      `was changed`,
    {},
    { cause: error },
  )
}
