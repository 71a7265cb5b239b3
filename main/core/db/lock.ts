import { dirname } from 'node:path'
import Database from 'better-sqlite3'
import { HearthError } from '../../../common/errors/index.ts'
import { makePrivateFolder } from '../private-files.ts'

/**
 * Closes a data folder to other accounts, and keeps a second Hearth off it. A SQLite lock is used because the system
 * drops it with the process, however that ends.
 * @returns a function that gives the folder free
 * @throws HearthError DATA_IN_USE
 */
export function lockDataFolder(path: string): () => void {
  makePrivateFolder(dirname(path))
  const db = new Database(path, { timeout: 0 })
  try {
    db.pragma('locking_mode = EXCLUSIVE')
    db.exec('begin exclusive')
  } catch (error) {
    db.close()
    if ((error as { code?: string }).code?.startsWith('SQLITE_BUSY'))
      throw new HearthError('DATA_IN_USE', 'another Hearth uses this data folder', {}, { cause: error })
    throw error
  }
  return () => db.close()
}
