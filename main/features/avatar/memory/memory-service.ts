import { existsSync } from 'node:fs'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { ContractRouterClient } from '@orpc/contract'
import type { FailedTask } from '../../../../common/model/job-saying.ts'
import { ImportOptions, type ArchiveCounts, type memoryContract } from '../../../../common/children/memory.ts'
import type { DateOrder, ImportFormat } from '../../../../common/model/data-names.ts'
import type { Embedding } from '../../../../common/model/embedder.ts'
import type { FactEvent, FactState } from '../../../../common/model/fact-state.ts'
import type {
  Biography,
  Fact,
  MemoryHit,
  MemoryItem,
  MemorySource,
  Month,
  Participant,
  Topic,
} from '../../../../common/model/memory.ts'
import type { MemoryLabel } from '../../../../common/model/memory-names.ts'
import { HearthError, messageOf } from '../../../../common/errors/index.ts'
import { Emitter } from '../../../core/events.ts'
import { readPiece } from '../../../core/file-pieces.ts'
import { inTurn } from '../../../core/in-turn.ts'
import type { JobContext, JobQueue, JobRunner } from '../../../core/job-runner/index.ts'
import type { Service } from '../../../core/lifecycle.ts'
import type { Log } from '../../../core/log/log.ts'
import type { DataPaths } from '../../../core/paths.ts'
import type { SupervisedProcess } from '../../../core/processes/supervised.ts'
import { drain } from '../../../core/streams.ts'

interface Ports {
  readonly jobs: JobRunner
  readonly process: SupervisedProcess<typeof memoryContract>
  readonly paths: Pick<DataPaths, 'memory' | 'uploads'>
  readonly log: Log
}
type Client = ContractRouterClient<typeof memoryContract>

/** What is being worked on. */
interface MemoryTask {
  readonly name: string
  readonly step: 'reading' | 'indexing' | 'forgetting' | 'proposing' | 'sorting' | 'sealing'
  readonly items: number
}

/**
 * What this person remembers, in a process of its own. An import that was cut off goes on when the host starts again.
 */
export class MemoryService implements Service {
  readonly name = 'memory'
  readonly events = new Emitter<{ changed: null }>()
  readonly #ports: Ports
  readonly #tasks = new Map<string, MemoryTask>()
  /** Writes wait for one another; reading and searching never do. */
  readonly #inTurn = inTurn()
  #sources: readonly MemorySource[] = []
  #people: readonly Participant[] = []
  #changes = 0
  #sorting = false
  #problem: string | null = null
  readonly #imports: JobQueue<ImportOptions, MemorySource>
  #resumed: Promise<void> = Promise.resolve()

  constructor(ports: Ports) {
    this.#ports = ports
    this.#imports = ports.jobs.register({
      type: 'memory-import',
      payload: ImportOptions,
      recovery: 'resume',
      attempts: 5,
      concurrency: 1,
      pausable: false,
      run: (job) => this.#import(job),
      discard: ({ file }) => this.#giveUp(file),
    })
  }

  start(): Promise<void> {
    // A person without memories needs no process for them.
    if (existsSync(this.#ports.paths.memory)) {
      this.#resumed = this.#resume().catch((error: unknown) => {
        this.#problem = messageOf(error)
        this.#ports.log.warn('the memory cannot be read', { error })
        this.events.emit('changed', null)
      })
    }
    return Promise.resolve()
  }

  /** Fulfilled once all that was cut off has gone on, or failed. */
  get resumed(): Promise<void> {
    return this.#resumed
  }

  /** Why what is remembered cannot be read, or null. */
  get problem(): string | null {
    return this.#problem
  }

  /** Why an import that was cut off could not go on, or null. */
  get failed(): FailedTask | null {
    return this.#imports.failure
  }

  stop(): Promise<void> {
    return this.#ports.process.stop()
  }

  get tasks(): readonly MemoryTask[] {
    return [...this.#tasks.values()]
  }

  get sources(): readonly MemorySource[] {
    return this.#sources
  }

  get people(): readonly Participant[] {
    return this.#people
  }

  /**
   * Reads an uploaded file. It is kept until all of it was read, so that a question about its dates can be answered.
   * @throws HearthError AMBIGUOUS_DATES, UNKNOWN_TEXT, DATASET_BROKEN
   */
  async import(options: {
    name: string
    upload: string
    format: ImportFormat | null
    dateOrder: DateOrder | null
    zone: string | null
    label: MemoryLabel
  }): Promise<MemorySource> {
    const folder = join(this.#ports.paths.uploads, options.upload)
    const [file] = await readdir(folder).catch((): string[] => [])
    if (!file) throw new HearthError('BAD_INPUT', 'choose a file')
    return this.readFile({ ...options, file: join(folder, file) })
  }

  /** Files that are read, or would be once an import is tried again. */
  get files(): string[] {
    return [
      ...this.#imports.open().map(({ payload }) => payload.file),
      ...this.#sources.flatMap(({ state, file }) => (state === 'reading' ? [file] : [])),
    ]
  }

  async #import({ payload, signal, progress }: JobContext<ImportOptions>): Promise<MemorySource> {
    const { name, file } = payload
    const source = await this.#write(file, { name, step: 'reading', items: 0 }, async (notify) =>
      drain(
        await this.#client.import({ ...this.#at, ...payload }),
        ({ step, items }) => {
          progress({ step, done: items, of: null, unit: 'items' })
          notify({ name, step, items })
        },
        signal,
      ),
    )
    this.#sortSoon()
    await this.#dropUpload(file)
    return source
  }

  /** A source that was read in part is forgotten: it would be read on after the next start. */
  async #giveUp(file: string): Promise<void> {
    const cut = this.#sources.find((source) => source.state === 'reading' && source.file === file)
    if (cut) await this.remove(cut.id)
    await this.#dropUpload(file)
  }

  async #dropUpload(file: string): Promise<void> {
    if (file.startsWith(this.#ports.paths.uploads)) await rm(dirname(file), { recursive: true, force: true })
  }

  async label(source: number, label: MemoryLabel): Promise<void> {
    await this.#client.label({ ...this.#at, source, label })
    await this.#refresh()
  }

  /** Forgets a source and all that only it brought, and tells how many items that were. */
  remove(id: number): Promise<{ items: number }> {
    const { name, items, file, state } = this.#sources.find((source) => source.id === id) ?? {
      name: '',
      items: 0,
      file: null,
      state: 'ready',
    }
    return this.#write(`forget ${id}`, { name, step: 'forgetting', items }, async (notify) => {
      const removed = await drain(await this.#client.remove({ ...this.#at, source: id }), ({ items: gone }) =>
        notify({ name, step: 'forgetting', items: items - gone }),
      )
      if (file !== null && state === 'reading') await this.#dropUpload(file)
      this.#sortSoon()
      return removed
    })
  }

  async setMe(author: string, me: boolean): Promise<void> {
    await this.#client.setMe({ ...this.#at, author, me })
    await this.#refresh()
  }

  /** @param embedding what the query means by an embedding model; null finds by words alone */
  async search(query: string, embedding: Embedding | null, k: number): Promise<MemoryHit[]> {
    const [found] = await this.#client.search({ ...this.#at, queries: [{ id: '', query, embedding }], k })
    return found!.results
  }

  items(source: number | null, before: number | null, offset: number, limit: number): Promise<MemoryItem[]> {
    return this.#client.items({ ...this.#at, source, before, offset, limit })
  }

  around(item: number, reach: number): Promise<MemoryItem[]> {
    return this.#client.around({ ...this.#at, item, reach })
  }

  /** What was sorted last; what came or went since is sorted in the background. */
  async topics(): Promise<{ topics: Topic[]; months: Month[]; current: boolean }> {
    const found = await this.#client.topics(this.#at)
    if (!found.current) this.#sortSoon()
    return found
  }

  topicItems(topic: number, offset: number, limit: number): Promise<MemoryItem[]> {
    return this.#client.topicItems({ ...this.#at, topic, offset, limit })
  }

  biography(): Promise<Biography> {
    return this.#client.biography(this.#at)
  }

  setBiography(text: string): Promise<Biography> {
    return this.#notified(this.#client.setBiography({ ...this.#at, text }))
  }

  draftBiography(): Promise<Pick<Biography, 'text'>> {
    return this.#client.draftBiography(this.#at)
  }

  facts(state: FactState, offset: number, limit: number): Promise<{ facts: Fact[]; total: number }> {
    return this.#client.facts({ ...this.#at, state, offset, limit })
  }

  /** Looks for facts in what this person wrote; they wait for a decision. */
  proposeFacts(): Promise<{ proposed: number }> {
    return this.#write('facts', { name: '', step: 'proposing', items: 0 }, async (notify) =>
      drain(await this.#client.proposeFacts(this.#at), ({ items }) => notify({ name: '', step: 'proposing', items })),
    )
  }

  addFact(text: string, item: number): Promise<Fact> {
    return this.#notified(this.#client.addFact({ ...this.#at, text, item }))
  }

  decideFact(fact: number, event: FactEvent): Promise<Fact> {
    return this.#notified(this.#client.decideFact({ ...this.#at, fact, event }))
  }

  editFact(fact: number, wanted: Pick<Fact, 'text' | 'from' | 'to'>): Promise<Fact> {
    return this.#notified(this.#client.editFact({ ...this.#at, fact, ...wanted }))
  }

  mergeFacts(into: number, other: number): Promise<Fact> {
    return this.#notified(this.#client.mergeFacts({ ...this.#at, into, other }))
  }

  undoFact(): Promise<{ undone: boolean }> {
    return this.#notified(this.#client.undoFact(this.#at))
  }

  async #notified<T>(done: Promise<T>): Promise<T> {
    const result = await done
    this.#changes++
    this.events.emit('changed', null)
    return result
  }

  /** All that is remembered in one file that the passphrase opens; it waits in the uploads until it was taken. */
  exportArchive(passphrase: string): Promise<ArchiveCounts> {
    return this.#write('self', { name: '', step: 'sealing', items: 0 }, async (notify) => {
      const { folder, file } = this.#sealed
      await rm(folder, { recursive: true, force: true })
      await mkdir(folder, { recursive: true, mode: 0o700 })
      return drain(await this.#client.writeArchive({ ...this.#at, out: join(folder, file), passphrase }), ({ items }) =>
        notify({ name: '', step: 'sealing', items }),
      )
    })
  }

  async readArchivePiece(offset: number, length: number): Promise<{ chunk: Buffer; total: number }> {
    const { folder, file } = this.#sealed
    const piece = await readPiece(folder, file, offset, length)
    if (offset + piece.chunk.length >= piece.total) await rm(folder, { recursive: true, force: true })
    return piece
  }

  /** Takes a sealed file in where nothing is remembered. */
  async importArchive(upload: string, passphrase: string): Promise<ArchiveCounts> {
    const folder = join(this.#ports.paths.uploads, upload)
    const [file] = await readdir(folder).catch((): string[] => [])
    if (!file) throw new HearthError('BAD_INPUT', 'choose a file')
    try {
      return await this.#write('self', { name: file, step: 'reading', items: 0 }, async (notify) =>
        drain(
          await this.#client.readArchive({ ...this.#at, file: join(folder, file), passphrase }),
          ({ step, items }) => notify({ name: file, step, items }),
        ),
      )
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }

  get #sealed(): { folder: string; file: string } {
    return { folder: join(this.#ports.paths.uploads, 'self'), file: 'self.age' }
  }

  /** Grows with each change of facts, topics or sources, so that who shows them knows when to look again. */
  get changes(): number {
    return this.#changes
  }

  get #client(): Client {
    return this.#ports.process.client
  }

  get #at(): { memory: string } {
    return { memory: this.#ports.paths.memory }
  }

  /** Reads a file of this machine. @throws HearthError AMBIGUOUS_DATES, UNKNOWN_TEXT, DATASET_BROKEN */
  readFile(options: ImportOptions): Promise<MemorySource> {
    return this.#imports.run(options, { name: options.name })
  }

  #sortSoon(): void {
    if (this.#sorting) return
    this.#sorting = true
    const task = { name: '', step: 'sorting', items: 0 } as const
    void this.#write('topics', task, async (notify) =>
      drain(await this.#client.sortTopics(this.#at), ({ items }) => notify({ ...task, items })),
    )
      .catch((error: unknown) => this.#ports.log.warn('what is remembered cannot be sorted', { error }))
      .finally(() => {
        this.#sorting = false
      })
  }

  async #resume(): Promise<void> {
    await this.#refresh()
    for (const { id } of this.#sources.filter(({ state }) => state === 'forgetting')) await this.remove(id)
    // Of a data folder from before there were jobs.
    for (const source of this.#sources.filter(({ state, file }) => state === 'reading' && existsSync(file)))
      if (!this.#imports.open().some(({ payload }) => payload.file === source.file))
        this.#imports.enqueue(ImportOptions.parse(source), { name: source.name })
    if (this.#sources.length > 0) await this.topics()
    this.events.emit('changed', null)
  }

  /** One after the other, told to whoever watches. */
  #write<T>(key: string, first: MemoryTask, work: (notify: (task: MemoryTask) => void) => Promise<T>): Promise<T> {
    const notify = (task: MemoryTask): void => {
      this.#tasks.set(key, task)
      this.events.emit('changed', null)
    }
    return this.#inTurn(async () => {
      notify(first)
      try {
        return await work(notify)
      } finally {
        this.#tasks.delete(key)
        this.#changes++
        await this.#refresh()
      }
    })
  }

  async #refresh(): Promise<void> {
    ;[this.#sources, this.#people] = await Promise.all([
      this.#client.sources(this.#at),
      this.#client.participants(this.#at),
    ])
    this.events.emit('changed', null)
  }
}
