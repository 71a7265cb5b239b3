import type { ContractRegistry } from '../../../common/chain/contract-registry.ts'
import { HearthError } from '../../../common/errors/index.ts'
import type { Db } from '../../core/db/open.ts'
import type { Log } from '../../core/log/log.ts'

/** What bringing the contracts' tables up to date asks of the index. */
export type Outcome = 'unchanged' | 'project-again' | 'index-again'

/**
 * Applies the migrations that the contracts' own tables lack. Forward only.
 * Called within a transaction: where one fails, nothing has changed.
 * @returns `index-again` where a contract joined an index that has passed its events by
 * @throws HearthError DATABASE_CORRUPT for tables of a newer Hearth
 */
export function migrateContractTables(db: Db, registry: ContractRegistry, log: Log): Outcome {
  const versions = new Map(
    db
      .prepare<[], { module: string; version: number }>('select module, version from schema_versions')
      .all()
      .map(({ module, version }) => [module, version]),
  )
  const existed = versions.size > 0
  let outcome: Outcome = 'unchanged'
  for (const { name, migrations } of registry.modules) {
    const version = versions.get(name) ?? 0
    if (version > migrations.length)
      throw new HearthError(
        'DATABASE_CORRUPT',
        `the tables of "${name}" were written by a newer Hearth (${version}); update Hearth, nothing was changed`,
      )
    if (existed && !versions.has(name)) outcome = 'index-again'
    else if (version < migrations.length && outcome === 'unchanged') outcome = 'project-again'
    for (const migration of migrations.slice(version)) db.exec(migration)
    db.prepare(
      `insert into schema_versions (module, version) values (?, ?)
       on conflict (module) do update set version = excluded.version`,
    ).run(name, migrations.length)
  }
  for (const name of versions.keys())
    if (!registry.module(name)) log.warn('the tables of a contract that is not known are left as they are', { name })
  return outcome
}
