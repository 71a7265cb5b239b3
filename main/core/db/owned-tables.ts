import type Database from 'better-sqlite3'
import { HearthError, messageOf } from '../../../common/errors/index.ts'
import { asDiskError } from '../files.ts'
import { isDamaged } from './is-damaged.ts'

/** Tables that one part of Hearth owns: a contract (common/chain/contracts), or a feature. */
export interface OwnedTables {
  /** What `schema_versions` knows it by, so it never changes. */
  readonly name: string
  /** Numbered by position, append only. */
  readonly migrations: readonly string[]
}

/** A feature's own tables. It may share its name with a contract. */
export interface FeatureTables extends OwnedTables {
  readonly name: `feature/${string}`
}

export const isFeature = (name: string): boolean => name.startsWith('feature/')

/** How many migrations each owner has had; none in a database that is older than owners. */
export function ownedVersions(db: Database.Database): ReadonlyMap<string, number> {
  if (!db.prepare("select 1 from sqlite_master where name = 'schema_versions'").get()) return new Map()
  return new Map(
    db
      .prepare<[], { module: string; version: number }>('select module, version from schema_versions')
      .all()
      .map(({ module, version }) => [module, version]),
  )
}

/** @throws HearthError DATABASE_CORRUPT where a newer Hearth wrote the tables of an owner */
export function refuseNewerTables(db: Database.Database, owners: readonly OwnedTables[]): void {
  const versions = ownedVersions(db)
  for (const { name, migrations } of owners) {
    const version = versions.get(name) ?? 0
    if (version > migrations.length)
      throw new HearthError(
        'DATABASE_CORRUPT',
        `the tables of "${name}" were written by a newer Hearth (${version}); update Hearth, nothing was changed`,
      )
  }
}

/**
 * Applies the migrations that the owners' tables lack. Forward only.
 * Called within a transaction: where one fails, nothing has changed.
 * @throws HearthError DATABASE_CORRUPT for tables of a newer Hearth or a migration that fails, or DISK_FULL
 */
export function migrateOwnedTables(db: Database.Database, owners: readonly OwnedTables[]): void {
  refuseNewerTables(db, owners)
  const versions = ownedVersions(db)
  for (const { name, migrations } of owners) {
    for (const [i, migration] of migrations.entries())
      if (i >= (versions.get(name) ?? 0)) applyStep(db, migration, `step ${i + 1} of ${migrations.length} of "${name}"`)
    db.prepare(
      `insert into schema_versions (module, version) values (?, ?)
       on conflict (module) do update set version = excluded.version`,
    ).run(name, migrations.length)
  }
}

/** Runs one migration. @throws HearthError DATABASE_CORRUPT or DISK_FULL */
export function applyStep(db: Database.Database, sql: string, step: string): void {
  try {
    db.exec(sql)
  } catch (error) {
    const known = asDiskError(error)
    if (known !== error || isDamaged(error)) throw known
    throw new HearthError(
      'DATABASE_CORRUPT',
      `this data folder could not be brought to this version of Hearth (${step}: ${messageOf(error)}); nothing ` +
        `was changed`,
      {},
      { cause: error },
    )
  }
}
