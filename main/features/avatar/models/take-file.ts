import { createHash } from 'node:crypto'
import { open, statfs } from 'node:fs/promises'
import { HearthError } from '../../../../common/errors/index.ts'
import { asDiskError } from '../../../core/files.ts'

/** What stays free on a disk that a model is put on. */
const SPARE_BYTES = 256 * 2 ** 20

/** @throws HearthError NOT_ENOUGH_DISK before anything is written */
export async function assertRoom(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder)
  const free = bavail * bsize
  if (free < bytes + SPARE_BYTES)
    throw new HearthError(
      'NOT_ENOUGH_DISK',
      `it takes ${Math.ceil(bytes / 2 ** 20)} MiB, and ${Math.floor(free / 2 ** 20)} are free`,
    )
}

/**
 * Writes pieces behind what a file has already, and gives the SHA-256 of the whole. What was written stays when it is
 * cut off.
 */
export async function writeHashed(
  path: string,
  from: number,
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  onBytes: (bytes: number) => void,
): Promise<string> {
  const hash = createHash('sha256')
  const file = await open(path, from === 0 ? 'w' : 'r+', 0o600)
  try {
    for await (const piece of readPieces(path, from)) hash.update(piece)
    let at = from
    for await (const piece of pieces) {
      await file.write(piece, 0, piece.length, at)
      hash.update(piece)
      at += piece.length
      onBytes(at)
    }
    await file.sync()
    return hash.digest('hex')
  } catch (error) {
    throw asDiskError(error)
  } finally {
    await file.close()
  }
}

/** A file's first bytes, piece by piece. */
export async function* readPieces(path: string, bytes: number): AsyncGenerator<Uint8Array> {
  if (bytes === 0) return
  const file = await open(path, 'r')
  try {
    for await (const piece of file.createReadStream({ end: bytes - 1, highWaterMark: 2 ** 20, autoClose: false }))
      yield piece as Uint8Array
  } finally {
    await file.close()
  }
}
