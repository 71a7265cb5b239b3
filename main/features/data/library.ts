import { open, readdir, stat } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { HsegPath } from '../../../common/model/hseg.ts'
import { HearthError } from '../../../common/errors/index.ts'

/** What was bought and opened: one folder a sale. */
export class Library {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  async files(sale: number): Promise<{ path: string; bytes: number }[]> {
    const folder = join(this.#folder, String(sale))
    const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => {
      throw new HearthError('NOT_FOUND', `sale ${sale} has not been opened here`)
    })
    return Promise.all(
      entries.filter((entry) => entry.isFile()).map(async (entry) => {
        const path = join(entry.parentPath, entry.name)
        return { path: path.slice(folder.length + 1).replaceAll(sep, '/'), bytes: (await stat(path)).size }
      }),
    )
  }

  async read(sale: number, path: string, offset: number, length: number): Promise<{ chunk: Buffer; total: number }> {
    if (!HsegPath.safeParse(path).success) throw new HearthError('BAD_INPUT', 'this is no path inside the dataset')
    await using handle = await open(join(this.#folder, String(sale), ...path.split('/')), 'r').catch(() => {
      throw new HearthError('NOT_FOUND', `there is no ${path} in sale ${sale}`)
    })
    const chunk = Buffer.alloc(length)
    const { bytesRead } = await handle.read(chunk, 0, length, offset)
    return { chunk: chunk.subarray(0, bytesRead), total: (await handle.stat()).size }
  }
}
