import { join } from 'node:path'
import { HearthError } from '../../../../common/errors/index.ts'
import { readPiece } from '../../../core/file-pieces.ts'
import { filesIn } from '../../../core/files-in.ts'

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

  read(sale: number, path: string, offset: number, length: number): Promise<{ chunk: Buffer; total: number }> {
    return readPiece(join(this.#folder, String(sale)), path, offset, length)
  }
}
