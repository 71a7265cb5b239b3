import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { ModelDownload, type ChatModel } from '../../../../common/model/chat-model.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import { download } from './download.ts'
import type { ModelStore } from './model-store.ts'

const Hash = z.string().regex(/^[0-9a-f]{64}$/)

/** Whether a download will never be whole, and is not offered again. */
export const isHopeless = (error: unknown): boolean =>
  error instanceof HearthError &&
  ['DOWNLOAD_TAMPERED', 'MODEL_BROKEN', 'MODEL_UNSUPPORTED', 'BAD_INPUT'].includes(error.code)

/** Files of models on their way here. What is to be fetched, and what broke off, stands in the jobs. */
export class Downloads {
  readonly #folder: string
  readonly #store: ModelStore

  constructor(folder: string, store: ModelStore) {
    this.#folder = folder
    this.#store = store
  }

  /** Goes on behind what an earlier try left. @throws HearthError those of `download` and of `ModelStore.add` */
  async fetch(
    wanted: ModelDownload,
    onBytes: (bytes: number, of: number) => void,
    signal: AbortSignal,
  ): Promise<ChatModel> {
    try {
      const part = await download(wanted, this.#folder, onBytes, signal)
      const model = await this.#store.add(part, wanted.sha256, wanted.name)
      await this.discard(wanted.sha256)
      return model
    } catch (error) {
      if (isHopeless(error)) await this.discard(wanted.sha256)
      throw error
    }
  }

  /** How much of a file is here, in bytes. */
  bytesOf(sha256: string): Promise<number> {
    return stat(this.#part(sha256)).then(
      ({ size }) => size,
      () => 0,
    )
  }

  /** Gives up what was fetched of a file. */
  async discard(sha256: string): Promise<void> {
    await rm(this.#part(Hash.parse(sha256)), { force: true })
  }

  /**
   * Notes that earlier versions kept beside the files, each given to `take` and then removed. One that cannot be read
   * stays, and is named to `refuse`.
   */
  async takeNotes(take: (wanted: ModelDownload) => void, refuse: (file: string) => void): Promise<void> {
    const names = await readdir(this.#folder).catch((): string[] => [])
    for (const file of names.filter((name) => name.endsWith('.download')).map((name) => join(this.#folder, name))) {
      const { data } = ModelDownload.safeParse(
        await readFile(file, 'utf8')
          .then(JSON.parse)
          .catch(() => null),
      )
      if (!data) refuse(file)
      else {
        take(data)
        // Last: a program that ends before finds it again.
        await rm(file)
      }
    }
  }

  #part(sha256: string): string {
    return join(this.#folder, `${sha256}.part`)
  }
}
