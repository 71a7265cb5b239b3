import { createHash, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import * as z from 'zod'
import { ChatModel, type ModelFacts } from '../../../../common/model/chat-model.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import { writeFileAtomic } from '../../../core/files.ts'
import { inTurn } from '../../../core/in-turn.ts'
import { resourcePath } from '../../../core/resources.ts'
import { assertRoom, readPieces, writeHashed } from './take-file.ts'

export const SHIPPED = 'hearth-demo'
const SHIPPED_FILE = resourcePath('avatar', 'avatar.gguf')
const Index = z.array(ChatModel)

const digits = (number: number): string => String(number).padStart(5, '0')

/** The files of a model by the first of them, or any other: llama.cpp finds them by their names. */
const filesOf = (file: string, count: number): readonly string[] =>
  count === 1
    ? [file]
    : Array.from({ length: count }, (_, i) =>
        file.replace(/-\d{5}-of-\d{5}\.gguf$/, `-${digits(i + 1)}-of-${digits(count)}.gguf`),
      )

/** The hash of a model in one file is the file's own; of one in several, of their hashes. */
const hashOfAll = (hashes: readonly string[]): string =>
  hashes.length === 1 ? (hashes[0] ?? '') : createHash('sha256').update(hashes.join('\n')).digest('hex')

interface Ports {
  /** One GGUF file a model, or several where it is split, and `models.json`. */
  readonly folder: string
  /** Reads a model's header in a process that may die of it. */
  readonly inspect: (file: string) => Promise<ModelFacts>
}

/** The models of this data folder, and the one that came with Hearth. */
export class ModelStore {
  readonly #ports: Ports
  #shippedModel: Promise<ChatModel> | undefined
  /** Changes wait for one another. */
  readonly #inTurn = inTurn()

  constructor(ports: Ports) {
    this.#ports = ports
  }

  /** The shipped one first. */
  async list(): Promise<readonly ChatModel[]> {
    const shipped = (this.#shippedModel ??= this.#shipped())
    shipped.catch(() => (this.#shippedModel = undefined))
    return [
      await shipped,
      ...(await this.#read()).map((model) => ({ ...model, file: join(this.#ports.folder, model.file) })),
    ]
  }

  /** @throws HearthError NOT_FOUND */
  async get(id: string): Promise<ChatModel> {
    const model = (await this.list()).find((candidate) => candidate.id === id)
    if (!model) throw new HearthError('NOT_FOUND', 'this model is not here any more; choose another')
    return model
  }

  /**
   * Takes a copy of a file, checked as it is read. @throws HearthError MODEL_BROKEN, MODEL_UNSUPPORTED,
   * NOT_ENOUGH_DISK, DISK_FULL, with nothing left behind
   */
  async take(file: string, name: string | null, onBytes: (bytes: number, of: number) => void): Promise<ChatModel> {
    // Refused before gigabytes are copied.
    const { files: count = 1 } = await this.#ports.inspect(file)
    const sources = filesOf(file, count)
    const sizes = await Promise.all(sources.map(async (source) => (await stat(source)).size))
    const total = sizes.reduce((sum, size) => sum + size, 0)
    await mkdir(this.#ports.folder, { recursive: true, mode: 0o700 })
    await assertRoom(this.#ports.folder, total)
    const stem = join(this.#ports.folder, `${randomUUID()}.part`)
    const parts = filesOf(count === 1 ? stem : `${stem}-00001-of-${digits(count)}.gguf`, count)
    try {
      const hashes: string[] = []
      let before = 0
      for (const [i, part] of parts.entries()) {
        const size = sizes[i] ?? 0
        const pieces = readPieces(sources[i] ?? file, size)
        hashes.push(await writeHashed(part, 0, pieces, (bytes) => onBytes(before + bytes, total)))
        before += size
      }
      return await this.add(parts[0] ?? stem, hashOfAll(hashes), name)
    } finally {
      for (const part of parts) await rm(part, { force: true })
    }
  }

  /** Makes a file of this folder a model; the file moves. What is here already is not taken twice. */
  add(part: string, hash: string, name: string | null): Promise<ChatModel> {
    return this.#change(async (models) => {
      const known = models.find((model) => model.hash === hash)
      if (known) return { models, result: { ...known, file: join(this.#ports.folder, known.file) } }
      const facts = await this.#ports.inspect(part)
      const { files: count = 1 } = facts
      const stem = join(this.#ports.folder, hash.slice(0, 32))
      const file = count === 1 ? `${stem}.gguf` : `${stem}-00001-of-${digits(count)}.gguf`
      const parts = filesOf(part, count)
      for (const [i, target] of filesOf(file, count).entries()) await rename(parts[i] ?? part, target)
      const model: ChatModel = {
        id: hash.slice(0, 32),
        name: name ?? facts.name,
        file: basename(file),
        hash,
        facts,
        shipped: false,
        quarantined: null,
      }
      return { models: [...models, model], result: { ...model, file } }
    })
  }

  async remove(id: string): Promise<void> {
    const { shipped, file, facts } = await this.get(id)
    if (shipped) throw new HearthError('BAD_INPUT', 'this model is part of Hearth')
    await this.#change(async (models) => {
      for (const part of filesOf(file, facts.files ?? 1)) await rm(part, { force: true })
      return { models: models.filter((model) => model.id !== id), result: null }
    })
  }

  /** @param why null lets it be tried again */
  quarantine(id: string, why: string | null): Promise<void> {
    return this.#change((models) =>
      Promise.resolve({
        models: models.map((model) => (model.id === id ? { ...model, quarantined: why } : model)),
        result: undefined,
      }),
    )
  }

  get #index(): string {
    return join(this.#ports.folder, 'models.json')
  }

  async #read(): Promise<ChatModel[]> {
    if (!existsSync(this.#index)) return []
    const index = Index.safeParse(
      await readFile(this.#index, 'utf8')
        .then(JSON.parse)
        .catch(() => []),
    )
    // A file that somebody took away is no model any more.
    return (index.data ?? []).filter(
      ({ file }) => file === basename(file) && existsSync(join(this.#ports.folder, file)),
    )
  }

  async #shipped(): Promise<ChatModel> {
    const facts = await this.#ports.inspect(SHIPPED_FILE)
    return {
      id: SHIPPED,
      name: facts.name,
      file: SHIPPED_FILE,
      hash: createHash('sha256')
        .update(await readFile(SHIPPED_FILE))
        .digest('hex'),
      facts,
      shipped: true,
      quarantined: null,
    }
  }

  #change<T>(work: (models: readonly ChatModel[]) => Promise<{ models: readonly ChatModel[]; result: T }>): Promise<T> {
    return this.#inTurn(async () => {
      const { models, result } = await work(await this.#read())
      await mkdir(this.#ports.folder, { recursive: true, mode: 0o700 })
      await writeFileAtomic(this.#index, `${JSON.stringify(models, null, 2)}\n`)
      return result
    })
  }
}
