import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { keccak_256 } from '@noble/hashes/sha3.js'
import { HsegHeader } from '../../../../common/model/hseg.ts'
import { SEGMENT_ID_BYTES } from './segment.ts'

/** The files of a package. */
export const packageFiles = (folder: string) => ({
  header: join(folder, 'header.json'),
  manifest: join(folder, 'manifest'),
  segments: join(folder, 'segments'),
})

/**
 * What binds a key to a package, here and on the chain: keccak256(key ‖ salt). Public, so it is compared as it is.
 */
export const keyCommitOf = (key: Uint8Array, salt: Uint8Array): string =>
  Buffer.from(keccak_256(Buffer.concat([key, salt]))).toString('hex')

/** The manifest's own segments have ids that follow from their number. */
export const manifestId = (index: number): Buffer =>
  createHash('sha256').update(`manifest/${index}`).digest().subarray(0, SEGMENT_ID_BYTES)

/**
 * Whether a folder is a sealed package and holds nothing beside it: a file that somebody put there would leave with it.
 */
export async function isPackage(folder: string): Promise<boolean> {
  const names = (await readdir(folder).catch((): string[] => [])).toSorted()
  if (names.join() !== 'header.json,manifest,segments') return false
  try {
    return HsegHeader.safeParse(JSON.parse(await readFile(packageFiles(folder).header, 'utf8'))).success
  } catch {
    return false
  }
}
