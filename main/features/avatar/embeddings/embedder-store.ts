import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Embedder } from '../../../../common/model/embedder.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import { writeFileAtomic } from '../../../core/files.ts'
import { assertRoom, download, lookUp, readPieces, writeHashed } from '../models/index.ts'
import { offered } from './catalogue.ts'

/** What a model is made of: its network, and how texts become its tokens. */
const PARTS = ['model.onnx', 'tokenizer.json'] as const
const NEW = 'new'

interface Ports {
  /** Holds `embedder.json`, a folder of the model's files, and what is on its way. */
  readonly folder: string
  /** Tries a model out, in a process that may die of it. */
  readonly inspect: (folder: string) => Promise<Pick<Embedder, 'dimensions'>>
}
export type KeptEmbedder = Embedder & { readonly folder: string }
type Tell = (bytes: number, of: number) => void

/** The embedding model of this data folder: one, or none. */
export class EmbedderStore {
  readonly #ports: Ports

  constructor(ports: Ports) {
    this.#ports = ports
  }

  async current(): Promise<KeptEmbedder | null> {
    if (!existsSync(this.#index)) return null
    const { data } = Embedder.safeParse(
      await readFile(this.#index, 'utf8')
        .then(JSON.parse)
        .catch(() => null),
    )
    if (!data) return null
    const folder = this.#folderOf(data.hash)
    return PARTS.every((part) => existsSync(join(folder, part))) ? { ...data, folder } : null
  }

  /**
   * Takes a copy of a folder of this machine. @throws HearthError MODEL_BROKEN, MODEL_UNSUPPORTED, NOT_ENOUGH_DISK,
   * DISK_FULL, with nothing left behind
   */
  async take(from: string, notify: Tell): Promise<KeptEmbedder> {
    const sizes: number[] = []
    for (const part of PARTS) sizes.push(await sizeOf(join(from, part)))
    await this.#ports.inspect(from)
    const of = sizes.reduce((sum, size) => sum + size, 0)
    return this.#staged(async (folder) => {
      await assertRoom(folder, of)
      let before = 0
      const hashes: string[] = []
      for (const [i, part] of PARTS.entries()) {
        hashes.push(
          await writeHashed(join(folder, part), 0, readPieces(join(from, part), sizes[i]!), (bytes) =>
            notify(before + bytes, of),
          ),
        )
        before += sizes[i]!
      }
      return { name: basename(from), hash: hashes[0]!, bytes: of, query: offered.query, passage: offered.passage }
    })
  }

  /** What the offered model weighs. @throws HearthError HUB_FAILED */
  async lookUp(hub: string): Promise<{ bytes: number }> {
    return { bytes: (await this.#files(hub)).reduce((sum, { bytes }) => sum + bytes, 0) }
  }

  /** Fetches the offered model; what came of it before is kept. @throws HearthError those of `lookUp` and `download` */
  async fetch(hub: string, notify: Tell, signal: AbortSignal): Promise<KeptEmbedder> {
    const files = await this.#files(hub)
    const of = files.reduce((sum, { bytes }) => sum + bytes, 0)
    let before = 0
    const parts: string[] = []
    for (const file of files) {
      const start = before
      parts.push(await download(file, this.#ports.folder, (bytes) => notify(start + bytes, of), signal))
      before += file.bytes
    }
    return this.#staged(async (folder) => {
      for (const [i, part] of PARTS.entries()) await rename(parts[i]!, join(folder, part))
      const { name, query, passage } = offered
      return { name, hash: files[0]!.sha256, bytes: of, query, passage }
    })
  }

  async remove(): Promise<void> {
    await rm(this.#ports.folder, { recursive: true, force: true })
  }

  #files(hub: string): Promise<{ url: string; sha256: string; bytes: number }[]> {
    return Promise.all(
      [offered.model, offered.tokenizer].map((file) => lookUp({ repo: offered.repo, file, name: offered.name }, hub)),
    )
  }

  /** Makes what is put into a folder the model, once it was tried out; only then does the one before go. */
  async #staged(fill: (folder: string) => Promise<Omit<Embedder, 'dimensions'>>): Promise<KeptEmbedder> {
    const stage = join(this.#ports.folder, NEW)
    await rm(stage, { recursive: true, force: true })
    await mkdir(stage, { recursive: true, mode: 0o700 })
    try {
      const wanted = await fill(stage)
      return await this.#keep(stage, { ...wanted, ...(await this.#ports.inspect(stage)) })
    } finally {
      await rm(stage, { recursive: true, force: true })
    }
  }

  async #keep(stage: string, embedder: Embedder): Promise<KeptEmbedder> {
    const folder = this.#folderOf(embedder.hash)
    await rm(folder, { recursive: true, force: true })
    await rename(stage, folder)
    await writeFileAtomic(this.#index, `${JSON.stringify(embedder, null, 2)}\n`)
    for (const name of await readdir(this.#ports.folder))
      if (![basename(this.#index), basename(folder)].includes(name))
        await rm(join(this.#ports.folder, name), { recursive: true, force: true })
    return { ...embedder, folder }
  }

  #folderOf(hash: string): string {
    return join(this.#ports.folder, hash.slice(0, 32))
  }

  get #index(): string {
    return join(this.#ports.folder, 'embedder.json')
  }
}

async function sizeOf(file: string): Promise<number> {
  const found = await stat(file).catch(() => null)
  if (!found?.isFile())
    throw new HearthError(
      'BAD_INPUT',
      `there is no ${basename(file)} in this folder; an embedding model is a folder of ${PARTS.join(' and ')}`,
    )
  return found.size
}
