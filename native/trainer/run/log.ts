import { open, readFile, writeFile, type FileHandle } from 'node:fs/promises'
import { parseLog, type LogEntry } from '../../../common/model/training.ts'

/** The history of a run as JSON lines. Lines after the run's checkpoint are dropped, because they are written again. */
export class RunLog {
  readonly #file: FileHandle

  private constructor(file: FileHandle) {
    this.#file = file
  }

  static async open(path: string, step: number): Promise<{ log: RunLog; entries: LogEntry[] }> {
    const entries = (await readLog(path)).filter((entry) => entry.step <= step)
    await writeLog(path, entries)
    return { log: new RunLog(await open(path, 'a')), entries }
  }

  async append(entry: LogEntry): Promise<void> {
    await this.#file.appendFile(`${JSON.stringify(entry)}\n`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close()
  }
}

export const readLog = async (path: string): Promise<LogEntry[]> =>
  parseLog(await readFile(path, 'utf8').catch(() => ''))

export const writeLog = (path: string, entries: readonly LogEntry[]): Promise<void> =>
  writeFile(path, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''))
