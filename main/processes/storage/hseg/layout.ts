import { hkdfSync } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { keccak_256 } from '@noble/hashes/sha3.js'
import { HsegHeader, MOST_SEGMENTS, segmentSizes } from '../../../../common/model/hseg.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import { TAG_BYTES } from '../../../core/segment-cipher.ts'

/** The files of a package; one of HSEG1 has no `keys`. */
export const packageFiles = (folder: string) => ({
  header: join(folder, 'header.json'),
  keys: join(folder, 'keys'),
  manifest: join(folder, 'manifest'),
  segments: join(folder, 'segments'),
})
const NAMES = { HSEG1: 'header.json,manifest,segments', HSEG2: 'header.json,keys,manifest,segments' }

/** Of a segment in `keys`: what its key is committed to as, and the key as the version's hides it. */
export const KEY_ENTRY_BYTES = 64
/** One raw IPFS leaf, and what is sealed and opened at once: a whole number of segments. */
export const WINDOW_BYTES = 2 ** 20
const MOST_HEADER_BYTES = 2 ** 12
const HSEG1_SEGMENT = 2 ** 20

export const broken = (why: string, cause?: unknown, details: { segment?: number } = {}): HearthError =>
  new HearthError('FILE_DAMAGED', `this is not a sound sealed dataset: ${why}`, details, { cause })

/**
 * What binds a key to a package, here and on the chain: keccak256(key ‖ salt). Public, so it is compared as it is.
 */
export const keyCommitOf = (key: Uint8Array, salt: Uint8Array): string =>
  Buffer.from(keccak_256(Buffer.concat([key, salt]))).toString('hex')

/** HKDF-SHA256 (RFC 5869) of the version's key, salted with the dataset. */
export const derivedKey = (key: Uint8Array, dataset: Uint8Array, info: string, id: Uint8Array): Buffer =>
  Buffer.from(hkdfSync('sha256', key, dataset, Buffer.concat([Buffer.from(info), id]), 32))

/** Sealed bytes of a full segment: a dataset of some size has 512 segments, so that a lot of twenty shows little. */
export const segmentSizeOf = (plainBytes: number): number =>
  segmentSizes.findLast((size) => size * 512 <= plainBytes) ?? Math.min(...segmentSizes)

/** How the bytes of a package lie. */
export interface Extent {
  /** Sealed bytes of a full segment, and how many plain ones it holds. */
  readonly segment: number
  readonly plain: number
  /** How many segments there are, and their plain bytes. */
  readonly count: number
  readonly plainBytes: number
}

/** @throws HearthError FILE_DAMAGED where no sealing comes to these sizes */
export function extentOf(header: HsegHeader): Extent {
  const { bytes } = header
  const segment = header.format === 'HSEG1' ? HSEG1_SEGMENT : header.segment
  const count = Math.ceil(bytes / segment)
  const plainBytes = bytes - count * TAG_BYTES
  if (count > MOST_SEGMENTS) throw broken(`it has ${count} segments, more than there can be`)
  if (count > 0 && bytes - (count - 1) * segment <= TAG_BYTES) throw broken('its last segment holds nothing')
  if (header.format === 'HSEG2' && segment !== segmentSizeOf(plainBytes))
    throw broken(`${plainBytes} bytes are not sealed in segments of ${segment}`)
  return { segment, plain: segment - TAG_BYTES, count, plainBytes }
}

/** @throws HearthError NOT_FOUND, FILE_DAMAGED */
export async function readHeader(folder: string): Promise<HsegHeader> {
  const file = packageFiles(folder).header
  const { size } = await stat(file).catch((error: Error) => {
    throw new HearthError('NOT_FOUND', `there is no sealed dataset in ${folder}`, {}, { cause: error })
  })
  if (size > MOST_HEADER_BYTES) throw broken(`its header has ${size} bytes`)
  const text = await readFile(file, 'utf8')
  try {
    return HsegHeader.parse(JSON.parse(text))
  } catch (error) {
    throw broken('its header cannot be read', error)
  }
}

/**
 * Whether a folder is a sealed package and holds nothing beside it: a file that somebody put there would leave with it.
 */
export async function isPackage(folder: string): Promise<boolean> {
  const names = (await readdir(folder).catch((): string[] => [])).toSorted()
  if (!names.includes('header.json')) return false
  const header = await readHeader(folder).catch(() => null)
  return header !== null && names.join() === NAMES[header.format]
}
