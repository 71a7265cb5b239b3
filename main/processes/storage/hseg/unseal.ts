import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { HsegKey } from '../../../../common/model/hseg.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import { asDiskError } from '../../../core/files.ts'
import { broken } from './layout.ts'
import { openPackage, readRange } from './open.ts'

type OnProgress = (bytes: number, of: number) => void

/** Opens every file into a folder that must not be there yet; a damaged package leaves nothing behind. */
export async function unsealPackage(
  folder: string,
  key: HsegKey,
  out: string,
  onProgress: OnProgress,
): Promise<{ files: number; bytes: number }> {
  if (existsSync(out)) throw new HearthError('BAD_INPUT', `${out} is there already; it was left as it is`)
  const part = `${out}.part-${process.pid}`
  try {
    const opened = await openFiles(folder, key, onProgress, async (path, pieces) => {
      const target = join(part, ...path.split('/'))
      await mkdir(dirname(target), { recursive: true, mode: 0o700 })
      await using handle = await open(target, 'wx', 0o600)
      for await (const piece of pieces) await handle.writeFile(piece)
      await handle.sync()
    })
    await rename(part, out)
    return opened
  } catch (error) {
    await rm(part, { recursive: true, force: true })
    throw asDiskError(error)
  }
}

/** Opens every segment and hashes every file, and keeps nothing. @throws HearthError FILE_DAMAGED, WRONG_KEY */
export const verifyPackage = (
  folder: string,
  key: HsegKey,
  onProgress: OnProgress,
): Promise<{ files: number; bytes: number }> =>
  openFiles(folder, key, onProgress, async (_, pieces) => {
    for await (const _piece of pieces);
  })

/** Hands over the bytes of every file, which are the ones that were sealed once `take` has had them all. */
async function openFiles(
  folder: string,
  key: HsegKey,
  onProgress: OnProgress,
  take: (path: string, pieces: AsyncIterable<Buffer>) => Promise<void>,
): Promise<{ files: number; bytes: number }> {
  await using sealed = await openPackage(folder, key)
  const { files } = sealed.manifest
  const total = sealed.extent.plainBytes
  let done = 0
  for (const { path, bytes, sha256 } of files) {
    const hash = createHash('sha256')
    const start = done
    await take(
      path,
      (async function* () {
        for await (const piece of readRange(sealed, start, bytes)) {
          hash.update(piece)
          yield piece
          onProgress((done += piece.length), total)
        }
      })(),
    )
    if (hash.digest('hex') !== sha256) throw broken(`${path} is not the file that was sealed`)
  }
  return { files: files.length, bytes: total }
}
