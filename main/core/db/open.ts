import { existsSync, renameSync } from 'node:fs'
import Database from 'better-sqlite3'
import { HearthError } from '../../../common/errors/index.ts'
import type { Log } from '../log/log.ts'
import { copyFilePrivately } from '../private-files.ts'
import { isDamaged } from './is-damaged.ts'
import { migrate, refuseNewer } from './migrate.ts'
import { migrations } from './migrations.ts'
import type { FeatureTables } from './owned-tables.ts'

export type Db = Database.Database

/**
 * Opens the database of a data folder, checked and migrated. A damaged file is kept beside, and the latest backup takes
 * its place; what the chain knows is then indexed again from there.
 * @param features whose own tables are brought up to date as well
 */
export async function openDatabase(
  path: string,
  backupPath: string,
  log: Log,
  features: readonly FeatureTables[] = [],
): Promise<Db> {
  try {
    return check(path, features)
  } catch (error) {
    if (!isDamaged(error)) throw error
    const kept = `${path}.corrupt-${Date.now()}`
    for (const suffix of ['', '-wal', '-shm']) if (existsSync(path + suffix)) renameSync(path + suffix, kept + suffix)
    const restorable = existsSync(backupPath)
    log.error('the database was damaged', { kept, restored: restorable ? backupPath : 'none', error })
    if (restorable) await copyFilePrivately(backupPath, path)
    try {
      return check(path, features)
    } catch (second) {
      throw new HearthError(
        'DATABASE_CORRUPT',
        `the database and its backup are damaged; both were kept in ${kept}`,
        {},
        { cause: second },
      )
    }
  }
}

/** Looks before anything is written: even closing a file that can be written may change it. */
function peek(path: string, features: readonly FeatureTables[]): void {
  if (!existsSync(path)) return
  const db = new Database(path, { readonly: true })
  try {
    refuseNewer(db, migrations, features)
  } finally {
    db.close()
  }
}

function check(path: string, features: readonly FeatureTables[]): Db {
  peek(path, features)
  const db = new Database(path)
  try {
    db.pragma('journal_mode = WAL')
    // A crash of the process loses nothing; only a power cut may lose the last commits, which the chain gives back.
    db.pragma('synchronous = NORMAL')
    db.pragma('foreign_keys = ON')
    const result = db.pragma('quick_check(1)', { simple: true })
    if (result !== 'ok') throw Object.assign(new Error(String(result)), { code: 'SQLITE_CORRUPT' })
    migrate(db, migrations, features)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}
