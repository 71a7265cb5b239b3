import { appendFile, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseLog, type LogEntry } from '../../../../common/model/training.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import { readPiece } from '../../../core/file-pieces.ts'

/** The folders of runs: what each logs, and the adapter that it wrote. */
export class RunFiles {
  readonly #root: string

  constructor(root: string) {
    this.#root = root
  }

  folder(id: string): string {
    return join(this.#root, id)
  }

  async log(id: string): Promise<LogEntry[]> {
    return parseLog(await readFile(this.#log(id), 'utf8').catch(() => ''))
  }

  async adapterFiles(id: string): Promise<{ name: string; bytes: number }[]> {
    const folder = join(this.folder(id), 'adapter')
    const names = await readdir(folder).catch(() => [])
    return Promise.all(names.map(async (name) => ({ name, bytes: (await stat(join(folder, name))).size })))
  }

  async readAdapter(
    id: string,
    name: string,
    offset: number,
    length: number,
  ): Promise<{ chunk: Buffer; total: number }> {
    const files = await this.adapterFiles(id)
    if (!files.some((file) => file.name === name)) throw new HearthError('NOT_FOUND', `the adapter has no file ${name}`)
    return readPiece(join(this.folder(id), 'adapter'), name, offset, length)
  }

  appendLog(id: string, entries: readonly LogEntry[]): Promise<void> {
    return appendFile(this.#log(id), lines(entries))
  }

  writeLog(id: string, entries: readonly LogEntry[]): Promise<void> {
    return writeFile(this.#log(id), lines(entries))
  }

  #log(id: string): string {
    return join(this.folder(id), 'log.jsonl')
  }
}

const lines = (entries: readonly LogEntry[]): string => entries.map((entry) => `${JSON.stringify(entry)}\n`).join('')
