import { mkdir, open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { HsegKey, HsegManifest } from '../../../../common/model/hseg.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import { packageFiles } from './layout.ts'
import { keyBytes, openSegments, readManifest } from './open.ts'
import { openingHseg2 } from './opening.ts'
import { openPublic } from './public.ts'

/** What all plain bytes are called where no manifest says their names. */
const WITHOUT_NAMES = 'content'

/**
 * Writes what can be opened of a package that was paid for and is damaged: the parts of each file whose segments open,
 * or all of them in one file where the manifest does not.
 * @returns how many segments there are, and which do not open
 * @throws HearthError WRONG_KEY, FILE_DAMAGED where not even the files' sizes fit
 */
export async function salvagePackage(
  folder: string,
  given: HsegKey,
  out: string,
): Promise<{ segments: number; lost: number[] }> {
  await using sealed = await openPublic(folder)
  const { header, extent } = sealed
  const { plain } = openSegments(sealed, given)
  const opening = openingHseg2(keyBytes(header, given), Buffer.from(header.dataset, 'hex'), sealed.keys)
  const named = await readManifest(packageFiles(folder).manifest, header, extent.segment, opening).catch(damaged)
  const lost = new Set<number>()
  let start = 0
  for (const { path, bytes } of filesOf(named?.manifest ?? null, extent.plainBytes)) {
    const target = join(out, ...path.split('/'))
    await mkdir(dirname(target), { recursive: true, mode: 0o700 })
    await using handle = await open(target, 'wx', 0o600)
    const end = start + bytes
    for (let at = start; at < end;) {
      const index = Math.floor(at / extent.plain)
      const from = at - index * extent.plain
      const until = Math.min(extent.plain, from + end - at)
      const opened = await plain(index).catch(damaged)
      if (opened) await handle.writeFile(opened.subarray(from, until))
      else lost.add(index)
      at += until - from
    }
    start = end
  }
  return { segments: extent.count, lost: [...lost] }
}

/** The manifest's files as far as they stand in the segments, or one for all that does. */
function filesOf(manifest: HsegManifest | null, plainBytes: number): readonly { path: string; bytes: number }[] {
  const total = manifest?.files.reduce((sum, { bytes }) => sum + bytes, 0)
  return manifest && total === plainBytes ? manifest.files : [{ path: WITHOUT_NAMES, bytes: plainBytes }]
}

/** Nothing where something is damaged; what else fails is no reason to go on. */
function damaged(error: unknown): null {
  if (error instanceof HearthError && error.code === 'FILE_DAMAGED') return null
  throw error
}
