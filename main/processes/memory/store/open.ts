import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'better-sqlite3'
import { HearthError } from '../../../../common/errors/index.ts'
import { isDamaged } from '../../../core/db/is-damaged.ts'
import { migrate } from '../../../core/db/migrate.ts'
import { asDiskError } from '../../../core/files.ts'
import { memoryMigrations } from './schema.ts'

export type MemoryDb = Database.Database

const opened = new Map<string, MemoryDb>()

/** The memory's file. The window's host and a command may have it open at once. @throws HearthError DATABASE_CORRUPT */
export function openMemory(path: string): MemoryDb {
  const known = opened.get(path)
  if (known) return known
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const db = new Database(path, { timeout: 30_000 })
  try {
    db.pragma('journal_mode = WAL')
    db.pragma('synchronous = NORMAL')
    db.pragma('foreign_keys = ON')
    db.pragma('cache_size = -65536')
    migrate(db, memoryMigrations)
  } catch (error) {
    db.close()
    if (!isDamaged(error)) throw asDiskError(error)
    throw new HearthError(
      'DATABASE_CORRUPT',
      `${path} is damaged and was left as it is; move it away to begin anew, and bring in your exported self.`,
      {},
      { cause: error },
    )
  }
  opened.set(path, db)
  return db
}

/** Lets go of a memory's file, so that another may take its place. */
export function closeMemory(path: string): void {
  opened.get(path)?.close()
  opened.delete(path)
}
