import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeFileAtomic } from '../../core/files.ts'

/** Remembers which free port the system gave, so that the next start can ask for it. */
export class PortMemory {
  readonly #file: string

  constructor(folder: string) {
    this.#file = join(folder, 'port')
  }

  /** The addresses with `tcp/0` replaced by the port of last time. */
  async fillIn(listen: readonly string[]): Promise<string[]> {
    const last = await readFile(this.#file, 'utf8').catch(() => '')
    return listen.map((address) => (/^\d{1,5}$/.test(last) ? address.replace(/\/tcp\/0$/, `/tcp/${last}`) : address))
  }

  async remember(addresses: readonly string[]): Promise<void> {
    const port = addresses.map((address) => /\/tcp\/(\d+)/.exec(address)?.[1]).find((found) => found !== undefined)
    if (port) await writeFileAtomic(this.#file, port)
  }
}
