import { existsSync } from 'node:fs'
import type { Recomputed } from '../../../../common/api/explorer.ts'
import type { VersionRow } from '../../../../common/model/data-market.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import { drain } from '../../../core/streams.ts'
import { compared, type ChainEvidence } from '../../chain/index.ts'
import { digestOf, type DataNodeService } from '../../storage/index.ts'
import type { Catalogue } from './catalogue.ts'
import { drawnSegments, drawOf } from './draw.ts'
import type { PackageFetching } from './package-fetching.ts'
import { digestOfBlock, type ReleaseService } from './release-service.ts'

export interface VersionPorts {
  readonly evidence: ChainEvidence
  readonly node: Pick<DataNodeService, 'sealing'>
  readonly releases: Pick<ReleaseService, 'of' | 'sealed'>
  readonly packages: Pick<PackageFetching, 'withBytes'>
  readonly catalogue: Pick<Catalogue, 'keptPreview'>
}

/** Computes anew a version's lot, and the roots of its package from the bytes that are here. */
export async function versionRows(ports: VersionPorts, asset: number, version: VersionRow): Promise<Recomputed[]> {
  const release = ports.releases.of(version.content)
  const sealed = release && ports.releases.sealed(release.id)
  return [
    ...(await lotRows(ports, asset, version)),
    ...(release
      ? [compared('metadata', digestOfBlock(release.metadata), version.metadata, { of: partOf(version.version) })]
      : []),
    ...(sealed !== null && existsSync(sealed)
      ? await packageRows(ports, version, sealed)
      : await ports.packages.withBytes(version.content, (folder) => packageRows(ports, version, folder))),
  ]
}

const partOf = (version: number) => ({ part: 'version', number: version }) as const

async function lotRows({ evidence, catalogue }: VersionPorts, asset: number, row: VersionRow): Promise<Recomputed[]> {
  const { count, draw, drawBlock, version } = row
  const of = partOf(version)
  if (drawBlock === null) return []
  const { hash, row: block } = await evidence.drawBlock(drawBlock, of)
  const lot = hash && drawOf(hash, asset, version)
  const rows = [block, compared('lot', lot, draw, { of, why: hash === null ? 'block' : 'unsaid' })]
  if (lot === null || row.preview === null) return rows
  const drawn = drawnSegments(lot, count)
  const shown = catalogue.keptPreview(row)?.segments.map(({ number }) => number)
  // More may be shown, to a row's end.
  const said = shown ? drawn.filter((number) => shown.includes(number)).join(', ') : null
  return [...rows, compared('shown', drawn.join(', '), said, { of, means: 'text', why: 'bytes' })]
}

/** @param folder where the package lies; null where it is not here */
async function packageRows(
  { node: { sealing } }: VersionPorts,
  { version, content, segments, keyCommit }: VersionRow,
  folder: string | null,
): Promise<Recomputed[]> {
  const cid = folder && (await drain(await sealing.hash({ path: folder }))).cid
  const keys = folder && (await sealing.inspect({ package: folder }).catch(unlessDamaged))
  const of = partOf(version)
  const why = folder === null ? 'bytes' : 'form'
  return [
    compared('content', cid && digestOf(cid), content, { of, why }),
    compared('keysRoot', keys && `0x${keys.root}`, segments, { of, why }),
    compared('keyCommit', keys && `0x${keys.header.keyCommit}`, keyCommit, { of, why }),
  ]
}

function unlessDamaged(error: unknown): null {
  if (error instanceof HearthError && error.code === 'FILE_DAMAGED') return null
  throw error
}
