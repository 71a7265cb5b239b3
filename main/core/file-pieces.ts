import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { HsegPath } from '../../common/model/hseg.ts'
import { HearthError } from '../../common/errors/index.ts'

/**
 * A piece of a file below a folder, and how long it is.
 * @param path with `/` on every system
 * @throws HearthError BAD_INPUT, NOT_FOUND
 */
export async function readPiece(
  folder: string,
  path: string,
  offset: number,
  length: number,
): Promise<{ chunk: Buffer; total: number }> {
  if (!HsegPath.safeParse(path).success) throw new HearthError('BAD_INPUT', 'this is no path inside the folder')
  await using handle = await open(join(folder, ...path.split('/')), 'r').catch(() => {
    throw new HearthError('NOT_FOUND', `there is no ${path} here`)
  })
  const chunk = Buffer.alloc(length)
  const { bytesRead } = await handle.read(chunk, 0, length, offset)
  return { chunk: chunk.subarray(0, bytesRead), total: (await handle.stat()).size }
}

/** A piece of a file as it goes over the wire. */
export const base64Of = ({
  chunk,
  total,
}: {
  readonly chunk: Buffer
  readonly total: number
}): { chunk: string; total: number } => ({ chunk: chunk.toString('base64'), total })
