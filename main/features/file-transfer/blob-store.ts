import { mkdir, open, rename, rm, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { HearthError } from '../../../common/errors/index.ts'
import { asDiskError, sha256Of } from '../../core/files.ts'
import { sealFile, type SealedFile } from './sealed-file.ts'

const SPARE_BYTES = 64 * 2 ** 20
const HASH = /^[0-9a-f]{64}$/

/**
 * Sealed files on this disk, by their hash. A file that is arriving is a `.part` until it is whole and its hash is
 * right.
 */
export class BlobStore {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  path(hash: string): string {
    if (!HASH.test(hash)) throw new HearthError('BAD_MESSAGE', 'not a file’s hash')
    return join(this.#folder, hash)
  }

  has(hash: string): Promise<boolean> {
    return stat(this.path(hash)).then(
      () => true,
      () => false,
    )
  }

  /** Seals a file and keeps it here to be fetched. */
  async add(file: string): Promise<SealedFile> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    const temporary = join(this.#folder, `sealing-${process.hrtime.bigint()}`)
    const sealed = await sealFile(file, temporary)
    await rename(temporary, this.path(sealed.hash))
    return sealed
  }

  async remove(hash: string): Promise<void> {
    await rm(this.path(hash), { force: true })
    await rm(`${this.path(hash)}.part`, { force: true })
  }

  /** Bytes of a file that are here. */
  async received({ hash, bytes }: Omit<SealedFile, 'key'>): Promise<number> {
    return (await this.has(hash)) ? bytes : sizeOf(`${this.path(hash)}.part`)
  }

  /** Appends a chunk. A repeated or misplaced one changes nothing; the answer says where to go on. */
  async put(file: Omit<SealedFile, 'key'>, offset: number, chunk: Buffer | null): Promise<number> {
    const received = await this.received(file)
    if (!chunk || offset !== received || received === file.bytes) return received
    if (received + chunk.length > file.bytes)
      throw new HearthError('MESSAGE_TOO_LARGE', 'more bytes than were announced')
    if (received === 0) await this.#requireSpace(file.bytes)
    const part = `${this.path(file.hash)}.part`
    try {
      await using handle = await open(part, 'a', 0o600)
      await handle.appendFile(chunk)
      if (received + chunk.length === file.bytes) await handle.sync()
    } catch (error) {
      throw asDiskError(error)
    }
    if (received + chunk.length === file.bytes) await this.#complete(file.hash, part)
    return received + chunk.length
  }

  async read(hash: string, offset: number, length: number): Promise<Buffer> {
    if (!(await this.has(hash))) throw new HearthError('NOT_FOUND', 'this file is not here')
    await using handle = await open(this.path(hash), 'r')
    const buffer = Buffer.alloc(length)
    const { bytesRead } = await handle.read(buffer, 0, length, offset)
    return buffer.subarray(0, bytesRead)
  }

  async #complete(hash: string, part: string): Promise<void> {
    if ((await sha256Of(part)) !== hash) {
      await rm(part)
      throw new HearthError(
        'FILE_DAMAGED',
        'the file is not the one that was announced; it was dropped and can be sent again',
      )
    }
    await rename(part, this.path(hash))
  }

  async #requireSpace(bytes: number): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    const { bavail, bsize } = await statfs(this.#folder)
    // Sealed and opened it takes twice its size.
    if (bavail * bsize < 2 * bytes + SPARE_BYTES)
      throw new HearthError('NOT_ENOUGH_DISK', 'there is not enough free disk for this file; nothing was written', {
        needed: 2 * bytes,
        free: bavail * bsize,
      })
  }
}

async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    (info) => info.size,
    () => 0,
  )
}
