import { freemem } from 'node:os'
import { basename, dirname, join } from 'node:path'
import * as z from 'zod'
import { plain } from '../../../../common/model/job-saying-names.ts'
import type { Benchmark } from '../../../../common/api/earn.ts'
import type { ModelsOverview } from '../../../../common/api/models.ts'
import type { EngineOptions, llmContract } from '../../../../common/children/llm.ts'
import { benchChatBytes } from '../../../../common/model/bench-chat.ts'
import { ModelDownload, type ChatModel, type UnfinishedDownload } from '../../../../common/model/chat-model.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import type { ConfigStore } from '../../../core/config.ts'
import { Emitter } from '../../../core/events.ts'
import type { JobContext, JobQueue, JobRunner } from '../../../core/job-runner/index.ts'
import type { Service } from '../../../core/lifecycle.ts'
import type { Log } from '../../../core/log/log.ts'
import type { DataPaths } from '../../../core/paths.ts'
import type { SupervisedProcess } from '../../../core/processes/supervised.ts'
import { catalogue } from './catalogue.ts'
import { Downloads, isHopeless } from './downloads.ts'
import { contextFor, engineFor } from './engine-options.ts'
import { lookUp } from './hub.ts'
import { ModelStore, SHIPPED } from './model-store.ts'

/** Deaths of the engine over one model, with no answer between, after which the model is set aside. */
const MOST_DEATHS = 2
/** A model that nobody spoke with for so long gives its memory back. */
const IDLE_MS = 10 * 60_000

/** A file of this machine that becomes a model here. */
const CopyRequest = z.object({ file: z.string(), name: z.string().nullable() })
type CopyRequest = z.infer<typeof CopyRequest>

interface Ports {
  readonly jobs: JobRunner
  readonly llm: SupervisedProcess<typeof llmContract>
  readonly config: ConfigStore
  readonly paths: Pick<DataPaths, 'models'>
  readonly physicalCores: () => number
  readonly benchmark: () => Benchmark | null
  /** Whether somebody pays for this machine's work at the moment. */
  readonly paidWork: () => boolean
  readonly log: Log
}

/** Which model speaks, how many cores it may take, and which are set aside because the engine died of them. */
export class ModelService implements Service {
  readonly name = 'models'
  readonly events = new Emitter<{ changed: null }>()
  readonly store: ModelStore
  readonly #ports: Ports
  readonly #deaths = new Map<string, number>()
  readonly #contexts = new Map<string, number>()
  readonly #downloads: Downloads
  readonly #fetches: JobQueue<ModelDownload, ChatModel>
  readonly #copies: JobQueue<CopyRequest, ChatModel>
  #idle: NodeJS.Timeout | undefined

  constructor(ports: Ports) {
    this.#ports = ports
    this.store = new ModelStore({
      folder: ports.paths.models,
      inspect: (file) => ports.llm.apart({ write: [], read: placesOf(file) }, (llm) => llm.inspect({ file })),
    })
    this.#downloads = new Downloads(ports.paths.models, this.store)
    this.#fetches = ports.jobs.register({
      type: 'model-download',
      payload: ModelDownload,
      recovery: 'pause',
      attempts: Infinity,
      concurrency: 1,
      pausable: true,
      subject: ({ sha256 }) => sha256,
      keeps: (error) => !isHopeless(error),
      run: (job) => this.#announced(() => this.#downloads.fetch(job.payload, bytesOf(job, 'downloading'), job.signal)),
      discard: ({ sha256 }) => this.#downloads.discard(sha256),
    })
    this.#copies = ports.jobs.register({
      type: 'model-import',
      payload: CopyRequest,
      recovery: 'resume',
      attempts: 2,
      concurrency: 1,
      pausable: false,
      run: (job) => this.#announced(() => this.store.take(job.payload.file, job.payload.name, bytesOf(job, 'copying'))),
    })
    ports.jobs.watch([this.#fetches, this.#copies], () => this.events.emit('changed', null))
  }

  /** What broke off under a version that noted it beside its file becomes a job. */
  start(): Promise<void> {
    const { log } = this.#ports
    return this.#downloads
      .takeNotes(
        (wanted) => {
          if (this.#fetches.open().some(({ payload }) => payload.sha256 === wanted.sha256)) return
          this.#fetches.enqueuePaused(wanted, { name: nameOf(wanted), reason: plain('earlierVersion') })
        },
        (file) => log.warn('a note of a download that broke off cannot be read; it was left', { file }),
      )
      .catch((error: unknown) => log.warn('a note of a download that broke off cannot be taken', { error }))
  }

  stop(): Promise<void> {
    clearTimeout(this.#idle)
    return this.#ports.llm.stop()
  }

  get(id: string): Promise<ChatModel> {
    return this.store.get(id)
  }

  /** The model that avatars speak with where they have none of their own. */
  async chosen(): Promise<ChatModel> {
    return this.store.get(this.#ports.config.get().avatar.model ?? SHIPPED).catch(() => this.store.get(SHIPPED))
  }

  async choose(id: string): Promise<void> {
    await this.store.get(id)
    await this.#ports.config.update({ avatar: { ...this.#ports.config.get().avatar, model: id } })
    this.events.emit('changed', null)
  }

  /** The models with what each would take and give on this machine. */
  async overview(): Promise<ModelsOverview> {
    const [models, chosen] = [await this.store.list(), await this.chosen()]
    return {
      models: models.map((model) => {
        const contextSize = this.#contextSize(model)
        const memoryBytes = model.facts.bytes + contextSize * model.facts.tokenBytes
        return {
          ...model,
          contextSize,
          memoryBytes,
          fits: memoryBytes < freemem(),
          tokensPerSecond: this.#speedOf(model.facts.bytes),
        }
      }),
      chosen: chosen.id,
      taking: this.#taking,
      unfinished: this.#taking?.fetched ? [] : await this.#unfinished(),
    }
  }

  /** Downloads that broke off or were stopped, each once: an earlier version could have several jobs for a file. */
  #unfinished(): Promise<UnfinishedDownload[]> {
    const left = this.#fetches.open().filter(({ row: { state } }) => state === 'paused' || state === 'failed')
    const files = new Map(left.map(({ payload }) => [payload.sha256, payload]))
    return Promise.all(
      [...files.values()].map(async (wanted) => ({ ...wanted, bytes: await this.#downloads.bytesOf(wanted.sha256) })),
    )
  }

  /** Kept for as long as the program runs: another size would have the model loaded anew. */
  #contextSize(model: ChatModel): number {
    const fits = this.#contexts.get(model.id) ?? contextFor(model)
    this.#contexts.set(model.id, fits)
    return Math.min(this.#ports.config.get().avatar.contextSize ?? fits, fits)
  }

  take(file: string, name: string | null): Promise<ChatModel> {
    this.#assertFree()
    return this.#copies.run({ file, name }, { name: name ?? basename(file) })
  }

  fetch(wanted: ModelDownload): Promise<ChatModel> {
    this.#assertFree()
    return this.#fetches.run(wanted, { name: nameOf(wanted) })
  }

  /** Stops what is being fetched; what is there is kept. */
  async stopFetch(): Promise<void> {
    for (const { id } of this.#fetches.active()) await this.#fetches.pause(id)
  }

  /**
   * What a file of the catalogue is at this moment, and what it would give here. It takes its bytes in memory at least;
   * the context comes on top, which only its header tells. @throws HearthError NOT_FOUND, HUB_FAILED
   */
  async lookUp(
    id: string,
  ): Promise<{ download: ModelDownload; bytes: number; fits: boolean; tokensPerSecond: number | null }> {
    const entry = catalogue.find((item) => item.id === id)
    if (!entry) throw new HearthError('NOT_FOUND', 'the catalogue has no such model')
    const { bytes, ...found } = await lookUp(entry, this.#ports.config.get().avatar.hub)
    return {
      download: { ...found, name: entry.name },
      bytes,
      fits: bytes < freemem(),
      tokensPerSecond: this.#speedOf(bytes),
    }
  }

  /** Writing a token reads all weights once, so the speed goes by their bytes; null before a benchmark. */
  #speedOf(bytes: number): number | null {
    const decode = this.#ports.benchmark()?.parts.decode?.median
    return decode === undefined ? null : (decode * benchChatBytes) / bytes
  }

  async discard(sha256: string): Promise<void> {
    const known = this.#fetches.open().filter(({ payload }) => payload.sha256 === sha256)
    for (const { row } of known) await this.#fetches.cancel(row.id)
    await this.#downloads.discard(sha256)
    this.events.emit('changed', null)
  }

  get #taking(): ModelsOverview['taking'] {
    const fetched = this.#fetches.active()
    const [active] = [...fetched, ...this.#copies.active()]
    if (!active) return null
    const { name, progress } = active
    return { name, bytes: progress?.done ?? 0, of: progress?.of ?? 0, fetched: fetched.length > 0 }
  }

  #assertFree(): void {
    if (this.#taking) throw new HearthError('MACHINE_BUSY', 'another model is being brought in')
  }

  async #announced(work: () => Promise<ChatModel>): Promise<ChatModel> {
    try {
      return await work()
    } finally {
      this.events.emit('changed', null)
    }
  }

  async remove(id: string): Promise<void> {
    await this.#ports.llm.client.unload()
    await this.store.remove(id)
    this.events.emit('changed', null)
  }

  /** Lets a model that was set aside be tried again. */
  async release(id: string): Promise<void> {
    this.#deaths.delete(id)
    await this.store.quarantine(id, null)
    this.events.emit('changed', null)
  }

  /**
   * What the engine runs a model with at this moment: a core less than there are, and only one while work is paid for.
   * @throws HearthError MODEL_QUARANTINED
   */
  async engine(model: ChatModel): Promise<EngineOptions> {
    const { quarantined } = await this.store.get(model.id)
    if (quarantined !== null) throw new HearthError('MODEL_QUARANTINED', `${model.name} was set aside: ${quarantined}`)
    const { gpu } = this.#ports.config.get().avatar
    this.#letGoLater()
    const threads = this.#ports.paidWork() ? 1 : Math.max(1, this.#ports.physicalCores() - 1)
    return engineFor(model, this.#contextSize(model), {
      gpu,
      threads,
      states: join(this.#ports.paths.models, 'states'),
    })
  }

  #letGoLater(): void {
    clearTimeout(this.#idle)
    this.#idle = setTimeout(
      () =>
        void this.#ports.llm.client
          .unload()
          .catch((error: unknown) => this.#ports.log.warn('a model could not be unloaded', { error })),
      IDLE_MS,
    )
    this.#idle.unref()
  }

  /** Does something with a model; an engine that dies of it again and again is not given it any more. */
  async guarded<T>(model: ChatModel, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (
        signal?.aborted ||
        !(error instanceof HearthError) ||
        error.code !== 'ENGINE_GONE' ||
        error.details.engine !== 'llm'
      )
        throw error
      const deaths = (this.#deaths.get(model.id) ?? 0) + 1
      this.#deaths.set(model.id, deaths)
      if (deaths >= MOST_DEATHS && !model.shipped) {
        await this.store.quarantine(model.id, 'the engine died of it')
        this.events.emit('changed', null)
      }
      throw error
    }
  }

  /** A model that answered is sound. */
  answered({ id }: ChatModel): void {
    this.#deaths.delete(id)
  }
}

/** What an engine has to see of a model: its file, or the folder of one in several, which lie side by side. */
export const placesOf = (file: string): string[] => [/-\d{5}-of-\d{5}\.gguf$/.test(file) ? dirname(file) : file]

const nameOf = ({ name, url }: ModelDownload): string => name ?? url

/** Reports bytes as a job's progress; 0 of them in all where nobody says. */
export const bytesOf =
  (job: Pick<JobContext<unknown>, 'progress'>, step: string) =>
  (done: number, of: number): void =>
    job.progress({ step, done, of: of || null, unit: 'bytes' })
