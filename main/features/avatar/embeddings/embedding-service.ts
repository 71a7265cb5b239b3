import { existsSync } from 'node:fs'
import { basename } from 'node:path'
import type { EmbedderOverview } from '../../../../common/api/embedder.ts'
import type { embedderContract } from '../../../../common/children/embedder.ts'
import type { memoryContract } from '../../../../common/children/memory.ts'
import type { Embedder, Embedding } from '../../../../common/model/embedder.ts'
import * as z from 'zod'
import { HearthError, messageOf } from '../../../../common/errors/index.ts'
import type { ConfigStore } from '../../../core/config.ts'
import { Emitter } from '../../../core/events.ts'
import type { JobQueue, JobRunner } from '../../../core/job-runner/index.ts'
import type { Service } from '../../../core/lifecycle.ts'
import type { Log } from '../../../core/log/log.ts'
import { Loop } from '../../../core/loop.ts'
import type { DataPaths } from '../../../core/paths.ts'
import type { SupervisedProcess } from '../../../core/processes/supervised.ts'
import type { MemoryService } from '../memory/index.ts'
import { bytesOf } from '../models/index.ts'
import { offered } from './catalogue.ts'
import { EmbedderStore, type KeptEmbedder } from './embedder-store.ts'
import { Embeddings } from './embeddings.ts'

/** Changes come with events; this is for those of another process, as when a command reads something in. */
const LOOK_EVERY_MS = 10 * 60_000
/** A model that nobody needed for so long gives its memory back. */
const IDLE_MS = 10 * 60_000

const Fetch = z.object({})
const Copy = z.object({ folder: z.string() })

interface Ports {
  readonly jobs: JobRunner
  readonly process: SupervisedProcess<typeof embedderContract>
  readonly memories: SupervisedProcess<typeof memoryContract>
  readonly memory: Pick<MemoryService, 'sources' | 'tasks' | 'events'>
  readonly config: ConfigStore
  readonly paths: Pick<DataPaths, 'embedder' | 'memory'>
  /** Whether somebody pays for this machine's work at the moment. */
  readonly paidWork: () => boolean
  readonly onWork: (listener: () => void) => () => void
  readonly log: Log
}

/**
 * Reads memories with an embedding model in the background, so that they are found by what they mean, in any language.
 */
export class EmbeddingService implements Service {
  readonly name = 'embeddings'
  readonly events = new Emitter<{ changed: null }>()
  readonly #ports: Ports
  readonly #store: EmbedderStore
  readonly #embeddings: Embeddings
  readonly #loop: Loop
  #current: KeptEmbedder | null = null
  readonly #fetches: JobQueue<z.infer<typeof Fetch>, Embedder>
  readonly #copies: JobQueue<z.infer<typeof Copy>, Embedder>
  #work: EmbedderOverview['work'] = null
  #problem: string | null = null
  #idle: NodeJS.Timeout | undefined

  constructor(ports: Ports) {
    this.#ports = ports
    const { process, memories, paths, log } = ports
    this.#store = new EmbedderStore({ folder: paths.embedder, inspect: (folder) => process.client.inspect({ folder }) })
    this.#embeddings = new Embeddings({
      embedder: () => process.client,
      memory: () => ({ client: memories.client, file: paths.memory }),
    })
    this.#loop = new Loop((signal) => this.#catchUp(signal), LOOK_EVERY_MS, log)
    this.#fetches = ports.jobs.register({
      type: 'embedder-download',
      payload: Fetch,
      recovery: 'pause',
      attempts: Infinity,
      concurrency: 1,
      pausable: true,
      subject: () => 'the embedding model',
      run: (job) => this.#adopt(this.#store.fetch(this.#hub, bytesOf(job, 'downloading'), job.signal)),
    })
    this.#copies = ports.jobs.register({
      type: 'embedder-import',
      payload: Copy,
      recovery: 'resume',
      attempts: 2,
      concurrency: 1,
      pausable: false,
      run: (job) => this.#adopt(this.#store.take(job.payload.folder, bytesOf(job, 'copying'))),
    })
    ports.jobs.watch([this.#fetches, this.#copies], () => this.events.emit('changed', null))
  }

  async start(): Promise<void> {
    this.#current = await this.#store.current()
    this.#loop.start((poke) => {
      const off = [
        this.#ports.memory.events.on('changed', () => this.#ports.memory.tasks.length === 0 && poke()),
        this.#ports.onWork(poke),
      ]
      return () => off.forEach((unsubscribe) => unsubscribe())
    })
  }

  async stop(): Promise<void> {
    clearTimeout(this.#idle)
    await this.#loop.stop()
    await this.#ports.process.stop()
  }

  overview(): EmbedderOverview {
    const { name, licence } = offered
    return {
      embedder: this.#current,
      offered: { name, licence },
      taking: this.#taking,
      work: this.#work,
      problem: this.#problem,
    }
  }

  /** What a question means; null without a model, or with one that fails: words are there still. */
  async question(text: string): Promise<Embedding | null> {
    return this.#using((current) => this.#embeddings.question(current, text))
  }

  /** Vectors of length 1 and whose they are, or null. */
  async vectors(texts: readonly string[]): Promise<{ model: string; vectors: number[][] } | null> {
    return this.#using(async (current) => ({
      model: current.name,
      vectors: await this.#embeddings.vectors(current, texts),
    }))
  }

  lookUp(): Promise<{ bytes: number }> {
    return this.#store.lookUp(this.#hub)
  }

  fetch(): Promise<Embedder> {
    this.#assertFree()
    return this.#fetches.run({}, { name: offered.name })
  }

  /** Stops the download; what is there is kept. */
  async stopFetch(): Promise<void> {
    for (const { id } of this.#fetches.active()) await this.#fetches.pause(id)
  }

  take(folder: string): Promise<Embedder> {
    this.#assertFree()
    return this.#copies.run({ folder }, { name: basename(folder) })
  }

  async remove(): Promise<void> {
    this.#assertFree()
    this.#current = null
    await this.#ports.process.client.unload()
    await this.#store.remove()
    if (existsSync(this.#ports.paths.memory))
      await this.#ports.memories.client.forgetEmbeddings({ memory: this.#ports.paths.memory })
    this.#notify({ work: null, problem: null })
  }

  get #taking(): EmbedderOverview['taking'] {
    const fetched = this.#fetches.active()
    const [active] = [...fetched, ...this.#copies.active()]
    if (!active) return null
    const { progress } = active
    return { bytes: progress?.done ?? 0, of: progress?.of ?? 0, fetched: fetched.length > 0 }
  }

  #assertFree(): void {
    if (this.#taking) throw new HearthError('MACHINE_BUSY', 'an embedding model is being brought in')
  }

  async #adopt(model: Promise<KeptEmbedder>): Promise<Embedder> {
    this.#current = await model
    this.#problem = null
    this.#loop.poke()
    return this.#current
  }

  async #catchUp(stopped: AbortSignal): Promise<void> {
    const current = this.#current
    if (!current || this.#ports.memory.sources.length === 0) return this.#notify({ work: null, problem: this.#problem })
    if (this.#work?.waits && this.#ports.paidWork()) return
    try {
      for await (const read of this.#embeddings.catchUp(current, stopped)) {
        const waits = read.left > 0 && this.#ports.paidWork()
        this.#notify({ work: { ...read, waits }, problem: null })
        if (waits || this.#current !== current) break
      }
      this.#letGoLater()
    } catch (error) {
      if (stopped.aborted || this.#current !== current) return
      this.#ports.log.warn('memories cannot be read with the embedding model', { error })
      this.#notify({ work: this.#work, problem: messageOf(error) })
    }
  }

  async #using<T>(work: (current: KeptEmbedder) => Promise<T>): Promise<T | null> {
    if (!this.#current) return null
    try {
      const done = await work(this.#current)
      this.#letGoLater()
      return done
    } catch (error) {
      this.#ports.log.warn('the embedding model does not answer', { error })
      return null
    }
  }

  #notify({ work, problem }: Pick<EmbedderOverview, 'work' | 'problem'>): void {
    ;[this.#work, this.#problem] = [work, problem]
    this.events.emit('changed', null)
  }

  #letGoLater(): void {
    clearTimeout(this.#idle)
    this.#idle = setTimeout(
      () =>
        void this.#ports.process.client
          .unload()
          .catch((error: unknown) => this.#ports.log.warn('a model could not be unloaded', { error })),
      IDLE_MS,
    )
    this.#idle.unref()
  }

  get #hub(): string {
    return this.#ports.config.get().avatar.hub
  }
}
