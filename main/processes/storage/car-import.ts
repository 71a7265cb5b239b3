import { createHash } from 'node:crypto'
import { open, type FileHandle } from 'node:fs/promises'
import { readBlockHead, readHeader, type BytesReader } from '@ipld/car/decoder'
import * as dagPb from '@ipld/dag-pb'
import type { CID } from 'multiformats/cid'
import * as raw from 'multiformats/codecs/raw'
import { identity } from 'multiformats/hashes/identity'
import { sha256 } from 'multiformats/hashes/sha2'
import { HearthError, messageOf } from '../../../common/errors/index.ts'
import type { PackStore } from './blocks/pack-store.ts'
import { fetchDag, reachable } from './dag.ts'
import { measureDag, requireModest } from './dag-size.ts'

const MOST_BLOCK_BYTES = 4 * 2 ** 20
const MOST_BLOCKS = 1_000_000
const MOST_ROOTS = 1_000
const WINDOW = 2 ** 20

export interface CarImport {
  readonly roots: readonly { readonly cid: CID; readonly bytes: number }[]
  readonly blocks: number
  /** Blocks of the archive that lie under none of its roots. */
  readonly unused: number
}

/**
 * Takes the blocks of a CAR (version 1 or 2) into the store. Each is checked against its CID, and all below the roots
 * must be there.
 * @throws HearthError NOT_FOUND, FILE_DAMAGED
 */
export async function importCar(
  path: string,
  store: PackStore,
  onProgress: (bytes: number, of: number) => void,
): Promise<CarImport> {
  const handle = await open(path, 'r').catch((error: Error) => {
    throw new HearthError('NOT_FOUND', `${path} cannot be opened: ${error.message}`, {}, { cause: error })
  })
  try {
    const { size } = await handle.stat()
    const reader = new FileReader(handle, size)
    const { roots, end } = await readStart(reader, size)
    const digests = new Set<string>()
    while (reader.pos < end) {
      const { cid, bytes } = await readBlock(reader, end)
      onProgress(reader.pos, size)
      if (cid.multihash.code === identity.code) continue
      await store.put(cid, bytes)
      digests.add(Buffer.from(cid.multihash.digest).toString('hex'))
      if (digests.size > MOST_BLOCKS) throw damaged(`it holds more than ${MOST_BLOCKS} blocks`)
    }
    await store.flush()
    const whole: { cid: CID; bytes: number }[] = []
    const missing = (cid: CID): Promise<never> =>
      Promise.reject(damaged(`the block ${cid.toString()}, which its roots need, is neither in it nor here`))
    for (const cid of roots) {
      whole.push({ cid, bytes: (await fetchDag(cid, store, missing, () => {})).bytes })
      requireModest(await measureDag(cid, store))
    }
    const live = await reachable(roots, store)
    return { roots: whole, blocks: digests.size, unused: [...digests].filter((it) => !live.has(it)).length }
  } catch (error) {
    if (error instanceof HearthError) throw error
    throw damaged(messageOf(error), error)
  } finally {
    await handle.close()
  }
}

const damaged = (words: string, cause?: unknown): HearthError =>
  new HearthError('FILE_DAMAGED', `the CAR is not sound: ${words}`, {}, { cause })

/** The roots, and where the last block ends. */
async function readStart(reader: FileReader, size: number): Promise<{ roots: CID[]; end: number }> {
  const header = await readHeader(reader)
  // An index may follow the blocks of version 2.
  const end = header.version === 2 ? header.dataOffset + header.dataSize : size
  if (end > size) throw damaged('it is cut short')
  const roots = [...new Map(header.roots.map((cid) => [cid.toString(), cid])).values()]
  if (roots.length === 0) throw damaged('it names no root')
  if (roots.length > MOST_ROOTS) throw damaged(`it names more than ${MOST_ROOTS} roots`)
  roots.forEach(requireKnown)
  return { roots, end }
}

async function readBlock(reader: FileReader, end: number): Promise<{ cid: CID; bytes: Uint8Array }> {
  const { cid, blockLength } = await readBlockHead(reader)
  if (blockLength < 0 || reader.pos + blockLength > end) throw damaged('it is cut short')
  if (blockLength > MOST_BLOCK_BYTES)
    throw damaged(`the block ${cid.toString()} has ${blockLength} bytes; ${MOST_BLOCK_BYTES} are the most`)
  requireKnown(cid)
  const bytes = await reader.exactly(blockLength, true)
  const { code, digest } = cid.multihash
  const named = code === identity.code ? bytes : createHash('sha256').update(bytes).digest()
  if (!Buffer.from(digest).equals(named)) throw damaged(`a block is not the one that ${cid.toString()} names`)
  return { cid, bytes }
}

/** Refuses what files and folders are not made of, and names that cannot be checked. */
function requireKnown(cid: CID): void {
  if (cid.code !== raw.code && cid.code !== dagPb.code)
    throw damaged(`${cid.toString()} has the codec 0x${cid.code.toString(16)}, which files are not made of`)
  const { code, digest } = cid.multihash
  if (code !== identity.code && (code !== sha256.code || digest.length !== 32))
    throw damaged(`${cid.toString()} is named by the hash 0x${code.toString(16)}, which is not checked here`)
}

/** Reads a file through a window, and nothing larger than a block at once, whatever lengths the file claims. */
class FileReader implements BytesReader {
  readonly #handle: FileHandle
  readonly #size: number
  #window = new Uint8Array(0)
  #start = 0
  pos = 0

  constructor(handle: FileHandle, size: number) {
    this.#handle = handle
    this.#size = size
  }

  async upTo(length: number): Promise<Uint8Array> {
    const wanted = Math.min(length, this.#size - this.pos)
    if (this.pos < this.#start || this.pos + wanted > this.#start + this.#window.length) {
      const buffer = Buffer.allocUnsafeSlow(Math.max(WINDOW, wanted))
      const { bytesRead } = await this.#handle.read(buffer, 0, buffer.length, this.pos)
      this.#window = buffer.subarray(0, bytesRead)
      this.#start = this.pos
    }
    const at = this.pos - this.#start
    return this.#window.subarray(at, at + wanted)
  }

  async exactly(length: number, seek = false): Promise<Uint8Array> {
    if (length > MOST_BLOCK_BYTES) throw damaged(`it claims a piece of ${length} bytes`)
    const bytes = await this.upTo(length)
    if (bytes.length < length) throw damaged('it is cut short')
    if (seek) this.pos += length
    return bytes
  }

  seek(length: number): void {
    if (this.pos + length < 0 || this.pos + length > this.#size) throw damaged('it points outside of itself')
    this.pos += length
  }
}
