import type { ContractRegistry } from '../../../common/chain/contract-registry.ts'
import type { Db } from '../../core/db/open.ts'
import { isFeature, migrateOwnedTables, ownedVersions } from '../../core/db/owned-tables.ts'
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
  const versions = new Map([...ownedVersions(db)].filter(([name]) => !isFeature(name)))
  migrateOwnedTables(db, registry.modules)
  for (const name of versions.keys())
    if (!registry.module(name)) log.warn('the tables of a contract that is not known are left as they are', { name })
  if (versions.size > 0 && registry.names.some((name) => !versions.has(name))) return 'index-again'
  return registry.modules.every(({ name, migrations }) => (versions.get(name) ?? 0) === migrations.length)
    ? 'unchanged'
    : 'project-again'
}
