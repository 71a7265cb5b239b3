import { open, readdir, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { HearthError } from '../../../common/errors/index.ts'

/** The files below a folder, by their paths in it, with `/` on every system. */
export async function filesIn(folder: string): Promise<{ path: string; bytes: number }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return Promise.all(
    entries.filter((entry) => entry.isFile()).map(async (entry) => {
      const path = join(entry.parentPath, entry.name)
      return { path: relative(folder, path).replaceAll(sep, '/'), bytes: (await stat(path)).size }
    }),
  )
}

/** A piece of a file, and how long it is. @param name for whoever asked for it @throws HearthError NOT_FOUND */
export async function readPiece(path: string, offset: number, length: number, name: string): Promise<{ chunk: Buffer; total: number }> {
  await using handle = await open(path, 'r').catch(() => {
    throw new HearthError('NOT_FOUND', `there is no ${name}`)
  })
  const chunk = Buffer.alloc(length)
  const { bytesRead } = await handle.read(chunk, 0, length, offset)
  return { chunk: chunk.subarray(0, bytesRead), total: (await handle.stat()).size }
}
