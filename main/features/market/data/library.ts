import { basename, join } from 'node:path'
import { HearthError } from '../../../../common/errors/index.ts'
import { readPiece } from '../../../core/file-pieces.ts'
import { filesIn } from '../../../core/files-in.ts'

/** What was bought and opened: one folder a purchase. */
export class Library {
  readonly #folder: string

  readonly #pathOf: (sale: number) => string | null

  /** @param pathOf where a purchase was opened; the data folder may have been moved since */
  constructor(folder: string, pathOf: (sale: number) => string | null) {
    this.#folder = folder
    this.#pathOf = pathOf
  }

  files(sale: number): Promise<{ path: string; bytes: number }[]> {
    return filesIn(this.folder(sale)).catch(() => {
      throw new HearthError('NOT_FOUND', `sale ${sale} has not been opened here`)
    })
  }

  /** Where a purchase's files lie. */
  folder(sale: number): string {
    return join(this.#folder, basename(this.#pathOf(sale) ?? String(sale)))
  }

  read(sale: number, path: string, offset: number, length: number): Promise<{ chunk: Buffer; total: number }> {
    return readPiece(this.folder(sale), path, offset, length)
  }
}
