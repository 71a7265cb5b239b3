import { createHash } from 'node:crypto'
import { open, rm, type FileHandle } from 'node:fs/promises'
import { readJsonLines } from '../../core/read-lines.ts'

interface Change {
  readonly before: string
  readonly after: string
  readonly author: string | null
}

/** What redaction changed, each change once in the order in which it came first, with how often it was made. */
export class DistinctChanges implements AsyncDisposable {
  readonly #path: string
  readonly #once: FileHandle
  /** How often, by a digest of the change: texts may be long. */
  readonly #counts = new Map<string, number>()

  private constructor(path: string, once: FileHandle) {
    this.#path = path
    this.#once = once
  }

  static async open(path: string): Promise<DistinctChanges> {
    return new DistinctChanges(path, await open(`${path}.once`, 'w', 0o600))
  }

  async add(change: Change): Promise<void> {
    const digest = digestOf(change)
    const count = this.#counts.get(digest) ?? 0
    this.#counts.set(digest, count + 1)
    if (count === 0) await this.#once.write(`${JSON.stringify(change)}\n`)
  }

  /** Writes the file; it must not be there yet. */
  async finish(): Promise<void> {
    await using target = await open(this.#path, 'wx', 0o600)
    for await (const { value } of readJsonLines(`${this.#path}.once`)) {
      const change = value as Change
      await target.write(`${JSON.stringify({ ...change, count: this.#counts.get(digestOf(change)) })}\n`)
    }
    await target.sync()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#once.close()
    await rm(`${this.#path}.once`, { force: true })
  }
}

const digestOf = ({ before, after }: Change): string =>
  createHash('sha256')
    .update(JSON.stringify([before, after]))
    .digest('base64')
