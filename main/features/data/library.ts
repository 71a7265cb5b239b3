import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { HsegPath } from '../../../common/model/hseg.ts'
import { HearthError } from '../../../common/errors/index.ts'
import { filesIn } from './files-in.ts'

/** What was bought and opened: one folder a sale. */
export class Library {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  files(sale: number): Promise<{ path: string; bytes: number }[]> {
    return filesIn(join(this.#folder, String(sale))).catch(() => {
      throw new HearthError('NOT_FOUND', `sale ${sale} has not been opened here`)
    })
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
