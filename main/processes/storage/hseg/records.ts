import { open, stat, type FileHandle } from 'node:fs/promises'
import { broken } from './layout.ts'

/** A file of records of one length, the last one perhaps shorter. Neighbours come in one read. */
export class Records implements AsyncDisposable {
  readonly #file: FileHandle
  readonly #name: string
  readonly #size: number
  readonly #record: number
  readonly #window: number
  #recent: { readonly number: number; readonly bytes: Buffer } | null = null

  private constructor(file: FileHandle, name: string, size: number, record: number, window: number) {
    this.#file = file
    this.#name = name
    this.#size = size
    this.#record = record
    this.#window = window
  }

  /**
   * @param size what the file must have
   * @param window bytes that are read at once, a whole number of records
   * @throws HearthError FILE_DAMAGED where it has another size
   */
  static async open(path: string, name: string, size: number, record: number, window: number): Promise<Records> {
    const found = await stat(path).catch(() => null)
    if (!found?.isFile()) throw broken(`its ${name} are missing`)
    if (found.size !== size) throw broken(`its ${name} have ${found.size} bytes, and should have ${size}`)
    return new Records(await open(path, 'r'), name, size, record, window)
  }

  /** What stands in one window. @throws HearthError FILE_DAMAGED */
  async window(number: number): Promise<Buffer> {
    if (this.#recent?.number === number) return this.#recent.bytes
    const at = number * this.#window
    const bytes = Buffer.allocUnsafe(Math.max(0, Math.min(this.#window, this.#size - at)))
    for (let got = 0; got < bytes.length;) {
      const { bytesRead } = await this.#file.read(bytes, got, bytes.length - got, at + got)
      if (bytesRead === 0) throw broken(`its ${this.#name} are cut short`)
      got += bytesRead
    }
    this.#recent = { number, bytes }
    return bytes
  }

  async at(index: number): Promise<Buffer> {
    const start = index * this.#record
    const number = Math.floor(start / this.#window)
    const from = start - number * this.#window
    return (await this.window(number)).subarray(from, from + this.#record)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close()
  }
}
