import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import * as z from 'zod'
import type { FailedTask } from '../../../common/model/job-saying.ts'
import { dateOrders, importFormats } from '../../../common/model/data-names.ts'
import {
  CurationChoices,
  DatasetRow,
  ExportOptions,
  noChoices,
  type SplitSizes,
} from '../../../common/model/dataset.ts'
import { HearthError } from '../../../common/errors/index.ts'
import { readPiece } from '../../core/file-pieces.ts'
import type { Clock } from '../../core/clock.ts'
import type { Db } from '../../core/db/open.ts'
import { removeFolder, sha256Of } from '../../core/files.ts'
import type { Service } from '../../core/lifecycle.ts'
import type { DataPaths } from '../../core/paths.ts'
import { resourcePath } from '../../core/resources.ts'
import type { CurationTasks } from './curation-tasks.ts'
import type { JobContext, JobQueue, JobRunner } from '../../core/job-runner/index.ts'
import { filesIn } from '../../core/files-in.ts'

const MOST_ENTITIES = 2000

interface Ports {
  readonly db: Db
  readonly clock: Clock
  readonly tasks: CurationTasks
  readonly jobs: JobRunner
  readonly paths: Pick<DataPaths, 'datasets' | 'uploads'>
}

/** What is brought: a file that was handed over, or the sample where there is none. */
const ImportRequest = z.object({
  name: z.string(),
  upload: z.uuid().nullable(),
  format: z.enum(importFormats).nullable(),
  dateOrder: z.enum(dateOrders).nullable(),
  zone: z.string().nullable().default(null),
  country: z.string(),
})
type ImportRequest = z.infer<typeof ImportRequest>

const CleaningRequest = z.strictObject({ dataset: z.uuid(), choices: CurationChoices })
const ExportRequest = z.strictObject({ dataset: z.uuid(), request: ExportOptions })

interface Exported {
  readonly folder: string
  readonly splits: SplitSizes
  readonly files: { path: string; bytes: number }[]
}
type Job = Pick<JobContext<unknown>, 'id' | 'signal' | 'progress'>

/**
 * Datasets that are curated here: one folder each, with what was read and what is left of it after the owner's choices.
 */
export class DatasetService implements Service {
  readonly name = 'datasets'
  readonly #ports: Ports
  readonly #imports: JobQueue<ImportRequest, DatasetRow>
  readonly #cleanings: JobQueue<z.infer<typeof CleaningRequest>, DatasetRow>
  readonly #exports: JobQueue<z.infer<typeof ExportRequest>, Exported>

  constructor(ports: Ports) {
    this.#ports = ports
    this.#imports = ports.jobs.register({
      type: 'dataset-import',
      payload: ImportRequest,
      recovery: 'resume',
      attempts: 2,
      concurrency: 2,
      pausable: false,
      run: (job) => this.#importOrErase(job),
      discard: async ({ upload }) => {
        if (upload) await rm(this.#upload(upload), { recursive: true, force: true })
      },
    })
    const each = {
      recovery: 'resume',
      attempts: 2,
      concurrency: 2,
      pausable: false,
      subject: ({ dataset }: { readonly dataset: string }): string => dataset,
      discard: ({ dataset }: { readonly dataset: string }): Promise<void> => this.#giveUp(dataset),
    } as const
    this.#cleanings = ports.jobs.register({
      ...each,
      type: 'dataset-cleaning',
      payload: CleaningRequest,
      run: (job) => this.#clean(job.payload.dataset, job.payload.choices, job),
    })
    this.#exports = ports.jobs.register({
      ...each,
      type: 'dataset-export',
      payload: ExportRequest,
      run: (job) => this.#export(job.payload.dataset, job.payload.request, job),
    })
    // Why one failed is written down after its work has ended.
    ports.jobs.watch([this.#imports], ({ isProgress }) => isProgress || ports.tasks.events.emit('changed', null))
  }

  /** Folders of imports that were cut off are removed, for nothing names them; the imports begin again. */
  async start(): Promise<void> {
    const known = new Set(this.list().map(({ id }) => id))
    for (const id of await readdir(this.#ports.paths.datasets).catch((): string[] => []))
      if (!known.has(id)) await rm(join(this.#ports.paths.datasets, id), { recursive: true, force: true })
  }

  async stop(): Promise<void> {
    await this.#ports.tasks.stop()
  }

  list(): DatasetRow[] {
    return this.#ports.db
      .prepare<[], { facts: string }>('select facts from datasets order by created desc')
      .all()
      .map(({ facts }) => JSON.parse(facts) as DatasetRow)
  }

  /** @throws HearthError NOT_FOUND */
  get(id: string): DatasetRow {
    const row = this.#ports.db.prepare<[string], { facts: string }>('select facts from datasets where id = ?').get(id)
    if (!row) throw new HearthError('NOT_FOUND', 'there is no such dataset')
    return JSON.parse(row.facts) as DatasetRow
  }

  /**
   * Reads an uploaded export; null is the sample that Hearth ships. The upload is kept until it could be read, so that
   * a question about its dates can be answered. @throws HearthError AMBIGUOUS_DATES, UNKNOWN_TEXT, DATASET_BROKEN
   */
  create(request: ImportRequest): Promise<DatasetRow> {
    return this.#imports.run(request, { name: request.name })
  }

  /** Why an import that was cut off could not go on, or null. */
  get failed(): FailedTask | null {
    return this.#imports.failure
  }

  /** Uploads that are still read, or would be once an import is tried again. */
  get uploads(): string[] {
    return this.#imports.open().flatMap(({ payload: { upload } }) => (upload ? [this.#upload(upload)] : []))
  }

  /** One that is cancelled leaves nothing, also where it was read to its end already and is being cleaned. */
  async #importOrErase(job: JobContext<ImportRequest>): Promise<DatasetRow> {
    try {
      return await this.#import(job)
    } catch (error) {
      if (job.signal.reason === 'cancel') await this.#erase(job.id)
      throw error
    }
  }

  async #import(job: JobContext<ImportRequest>): Promise<DatasetRow> {
    const { id, payload: request } = job
    // It was read to its end, and cut off while it was cleaned.
    const read = this.list().find((row) => row.id === id)
    if (read) return this.#clean(id, read.choices, job)
    const upload = request.upload && this.#upload(request.upload)
    const [file] = upload ? await readdir(upload).catch((): string[] => []) : []
    if (upload && !file) throw new HearthError('BAD_INPUT', 'choose a file')
    const source = upload ? join(upload, file!) : resourcePath('demo', 'chat.txt')
    const folder = this.#folder(id)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    try {
      const { items, skipped } = await this.#ports.tasks.run(
        id,
        request.name,
        'importing',
        { write: [folder], read: [source] },
        (curation) =>
          curation.import({
            file: source,
            out: this.#items(id),
            format: request.format,
            dateOrder: request.dateOrder,
            zone: request.zone,
          }),
        job,
      )
      if (items === 0)
        throw new HearthError('DATASET_BROKEN', `${basename(source)} holds nothing that could be read`, {
          file: basename(source),
        })
      const report = await this.#ports.tasks.run(
        id,
        request.name,
        'reading',
        { write: [], read: [this.#items(id)] },
        (curation) => curation.report({ file: this.#items(id), country: request.country }),
        job,
      )
      const row: DatasetRow = {
        id,
        name: request.name,
        created: this.#ports.clock.now(),
        items,
        skipped,
        source: {
          file: basename(source),
          sha256: await sha256Of(source),
          format: request.format,
          dateOrder: request.dateOrder,
          zone: request.zone,
        },
        choices: noChoices(request.country),
        cleaned: null,
        report,
      }
      this.#ports.db
        .prepare('insert into datasets (id, created, facts) values (?, ?, ?)')
        .run(id, row.created, JSON.stringify(row))
      if (upload) await rm(upload, { recursive: true, force: true })
      return await this.#clean(id, row.choices, job)
    } catch (error) {
      if (!this.list().some((row) => row.id === id)) await rm(folder, { recursive: true, force: true })
      throw error
    } finally {
      this.#ports.tasks.events.emit('changed', null)
    }
  }

  /** Runs an owner's choices over what was read; they can be changed back at any time, since that is kept as it was. */
  async choose(id: string, choices: CurationChoices): Promise<DatasetRow> {
    return this.#cleanings.run({ dataset: id, choices }, { name: this.get(id).name })
  }

  #clean(id: string, choices: CurationChoices, job: Job): Promise<DatasetRow> {
    return this.#inFolder(id, job, async (folder) => {
      const { name, report: before } = this.get(id)
      const [out, changes] = [join(folder, 'cleaned.jsonl'), join(folder, 'changes.jsonl')]
      const done = await this.#ports.tasks.run(
        id,
        name,
        'cleaning',
        { write: [folder], read: [this.#items(id)] },
        (curation) => curation.clean({ file: this.#items(id), out, changes, choices }),
        job,
      )
      const report =
        done.items === 0
          ? before
          : await this.#ports.tasks.run(
              id,
              name,
              'reading',
              { write: [], read: [out] },
              (curation) => curation.report({ file: out, country: choices.country }),
              job,
            )
      const row: DatasetRow = DatasetRow.parse({ ...this.get(id), choices, cleaned: { ...done, report } })
      job.signal.throwIfAborted()
      await rename(changes, this.#changes(id))
      await rename(out, this.cleanedFile(id))
      this.#ports.db.prepare('update datasets set facts = ? where id = ?').run(JSON.stringify(row), id)
      this.#ports.tasks.events.emit('changed', null)
      return row
    })
  }

  /** Uses a dataset while nothing works on it: what is said of it and its files agree. */
  settled<T>(id: string, use: (dataset: DatasetRow) => Promise<T>): Promise<T> {
    return this.#ports.tasks.queue(id, () => use(this.get(id)))
  }

  entities(id: string) {
    return this.#ports.tasks.queue(id, () => {
      const { choices, name } = this.get(id)
      const places = { write: [], read: [this.#items(id)] }
      return this.#ports.tasks.run(id, name, 'reading', places, (curation) =>
        curation.entities({ file: this.#items(id), country: choices.country, hide: choices.hide, most: MOST_ENTITIES }),
      )
    })
  }

  items(id: string, cleaned: boolean, offset: number, query: string, limit = 50) {
    this.get(id)
    return this.#ports.tasks.client.items({
      file: cleaned ? this.cleanedFile(id) : this.#items(id),
      offset,
      limit,
      query,
    })
  }

  /** Items before and after, where something in them was hidden. */
  changes(id: string, offset: number, limit = 50) {
    this.get(id)
    return this.#ports.tasks.client.changes({ file: this.#changes(id), offset, limit })
  }

  /**
   * Writes what is left for other programs, in the place of what was written before. @returns where it is, what each
   * split got, and the files
   */
  async export(id: string, request: ExportOptions): Promise<Exported> {
    return this.#exports.run({ dataset: id, request }, { name: this.get(id).name })
  }

  #export(id: string, request: ExportOptions, job: Job): Promise<Exported> {
    return this.#inFolder(id, job, async (work) => {
      const { name, cleaned } = this.get(id)
      if (!cleaned || cleaned.items === 0)
        throw new HearthError('BAD_INPUT', 'nothing is left of this dataset; change the filters')
      const out = join(work, 'export')
      const { splits } = await this.#ports.tasks.run(
        id,
        name,
        'writing',
        { write: [work], read: [this.cleanedFile(id)] },
        (curation) => curation.export({ file: this.cleanedFile(id), report: cleaned.report, request, out }),
        job,
      )
      job.signal.throwIfAborted()
      const folder = this.#exported(id)
      await rm(folder, { recursive: true, force: true })
      await rename(out, folder)
      return { folder, splits, files: await filesIn(folder) }
    })
  }

  /** Works on a dataset in a folder that goes with the work, also with what of it was cut off before. */
  #inFolder<T>(id: string, { id: job, signal }: Job, use: (folder: string) => Promise<T>): Promise<T> {
    return this.#ports.tasks.queue(id, async () => {
      this.get(id)
      signal.throwIfAborted()
      const folder = join(this.#work(id), job)
      await removeFolder(this.#work(id))
      await mkdir(folder, { recursive: true, mode: 0o700 })
      try {
        return await use(folder)
      } finally {
        await removeFolder(this.#work(id))
      }
    })
  }

  #giveUp(id: string): Promise<void> {
    return this.#ports.tasks.queue(id, () => removeFolder(this.#work(id)))
  }

  exportedPiece(id: string, path: string, offset: number, length: number): Promise<{ chunk: Buffer; total: number }> {
    return readPiece(this.#exported(id), path, offset, length)
  }

  remove(id: string): Promise<void> {
    return this.#ports.tasks.queue(id, async () => {
      this.get(id)
      await this.#erase(id)
    })
  }

  async #erase(id: string): Promise<void> {
    this.#ports.db.prepare('delete from datasets where id = ?').run(id)
    await removeFolder(this.#folder(id))
    this.#ports.tasks.events.emit('changed', null)
  }

  cleanedFile(id: string): string {
    return join(this.#folder(id), 'cleaned.jsonl')
  }

  #folder(id: string): string {
    return join(this.#ports.paths.datasets, id)
  }

  #upload(upload: string): string {
    return join(this.#ports.paths.uploads, upload)
  }

  #exported(id: string): string {
    return join(this.#folder(id), 'export')
  }

  #work(id: string): string {
    return join(this.#folder(id), 'work')
  }

  #items(id: string): string {
    return join(this.#folder(id), 'items.jsonl')
  }

  #changes(id: string): string {
    return join(this.#folder(id), 'changes.jsonl')
  }
}
