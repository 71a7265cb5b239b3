import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import type { ChatModel } from '../../../../common/model/chat-model.ts'
import { ModelDownload, type UnfinishedDownload } from '../../../../common/model/chat-model.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import { writeFileAtomic } from '../../../core/files.ts'
import { download } from './download.ts'
import type { ModelStore } from './model-store.ts'

/** Whether a download will never be whole, and is not offered again. */
export const isHopeless = (error: unknown): boolean =>
  error instanceof HearthError &&
  ['DOWNLOAD_TAMPERED', 'MODEL_BROKEN', 'MODEL_UNSUPPORTED', 'BAD_INPUT'].includes(error.code)

/**
 * Models on their way here. What broke off, was stopped or lost its program is remembered, and goes on when it is asked
 * for again.
 */
export class Downloads {
  readonly #folder: string
  readonly #store: ModelStore
  #abort: AbortController | null = null

  constructor(folder: string, store: ModelStore) {
    this.#folder = folder
    this.#store = store
  }

  /** @throws HearthError MACHINE_BUSY, and those of `download` */
  async fetch(
    wanted: ModelDownload,
    onBytes: (bytes: number, of: number) => void,
    signal?: AbortSignal,
  ): Promise<ChatModel> {
    if (this.#abort) throw new HearthError('MACHINE_BUSY', 'another model is being fetched')
    const abort = (this.#abort = new AbortController())
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 })
      await writeFileAtomic(this.#note(wanted.sha256), JSON.stringify(wanted))
      const part = await download(
        wanted,
        this.#folder,
        onBytes,
        AbortSignal.any([abort.signal, ...(signal ? [signal] : [])]),
      )
      const model = await this.#store.add(part, wanted.sha256, wanted.name)
      await this.discard(wanted.sha256)
      return model
    } catch (error) {
      if (isHopeless(error)) await this.discard(wanted.sha256)
      throw error
    } finally {
      this.#abort = null
    }
  }

  stop(): void {
    this.#abort?.abort()
  }

  async unfinished(): Promise<UnfinishedDownload[]> {
    if (!existsSync(this.#folder)) return []
    const notes = (await readdir(this.#folder)).filter((name) => name.endsWith('.download'))
    const read = await Promise.all(
      notes.map(async (name) =>
        ModelDownload.safeParse(
          await readFile(join(this.#folder, name), 'utf8')
            .then(JSON.parse)
            .catch(() => null),
        ),
      ),
    )
    const bytes = (sha256: string): Promise<number> =>
      stat(join(this.#folder, `${sha256}.part`)).then(
        ({ size }) => size,
        () => 0,
      )
    return Promise.all(
      read.flatMap(({ data }) => data ?? []).map(async (wanted) => ({ ...wanted, bytes: await bytes(wanted.sha256) })),
    )
  }

  /** Gives up what was fetched of a file. */
  async discard(sha256: string): Promise<void> {
    const hash = z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .parse(sha256)
    await rm(join(this.#folder, `${hash}.part`), { force: true })
    await rm(this.#note(hash), { force: true })
  }

  #note(sha256: string): string {
    return join(this.#folder, `${sha256}.download`)
  }
}
