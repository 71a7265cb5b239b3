import type { Recomputed } from '../../../../common/api/explorer.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import type { DataRepository } from './data-repository.ts'
import { versionRows, type VersionPorts } from './version-check.ts'

/** Versions that are looked at, the newest first: publishing one costs next to nothing. */
const MOST_VERSIONS = 10

/** Computes anew the lots of an asset's versions, and the roots of those packages that are here. */
export const assetCheck =
  ({ reads, ...ports }: VersionPorts & { readonly reads: Pick<DataRepository, 'asset' | 'version'> }) =>
  async (id: number): Promise<Recomputed[]> => {
    const asset = reads.asset(id)
    if (!asset) throw new HearthError('NOT_FOUND', `the index has no asset ${id}`)
    const rows: Recomputed[] = []
    for (let { version } = asset.current, left = MOST_VERSIONS; version > 0 && left > 0; version--, left--)
      rows.push(...(await versionRows(ports, id, reads.version(id, version)!)))
    return rows
  }
