import { readdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import * as z from 'zod'
import {
  CollectionRow,
  everything,
  type CollectionChoices,
  type MediaReport,
} from '../../../common/model/collection.ts'
import type { FailedTask } from '../../../common/model/job-saying.ts'
import type { MediaOrder } from '../../../common/model/data-names.ts'
import { HearthError } from '../../../common/errors/index.ts'
import { listed } from '../../../common/strict-reader.ts'
import { readPiece } from '../../core/file-pieces.ts'
import type { Clock } from '../../core/clock.ts'
import type { Db } from '../../core/db/open.ts'
import type { Service } from '../../core/lifecycle.ts'
import type { DataPaths } from '../../core/paths.ts'
import type { CurationTasks } from './curation-tasks.ts'
import type { JobContext, JobQueue, JobRunner } from '../../core/job-runner/index.ts'

interface Ports {
  readonly db: Db
  readonly clock: Clock
  readonly tasks: CurationTasks
  readonly jobs: JobRunner
  readonly paths: Pick<DataPaths, 'collections' | 'uploads'>
}

const ImportRequest = z.object({ name: z.string(), upload: z.uuid() })
type ImportRequest = z.infer<typeof ImportRequest>

/** Pictures and recordings that are curated here: one folder a collection, with the files as they were brought. */
export class CollectionService implements Service {
  readonly name = 'collections'
  readonly #ports: Ports
  readonly #imports: JobQueue<ImportRequest, CollectionRow>

  constructor(ports: Ports) {
    this.#ports = ports
    this.#imports = ports.jobs.register({
      type: 'collection-import',
      payload: ImportRequest,
      recovery: 'resume',
      attempts: 2,
      concurrency: 2,
      pausable: false,
      run: (job) => this.#import(job),
      discard: ({ upload }) => rm(this.#upload(upload), { recursive: true, force: true }),
    })
    // Why one failed is written down after its work has ended.
    ports.jobs.watch([this.#imports], ({ isProgress }) => isProgress || ports.tasks.events.emit('changed', null))
  }

  /** Folders of collections that were cut off are removed, for nothing names them; the collecting begins again. */
  async start(): Promise<void> {
    const known = new Set(this.list().map(({ id }) => id))
    for (const id of await readdir(this.#ports.paths.collections).catch((): string[] => []))
      if (!known.has(id)) await rm(this.#folder(id), { recursive: true, force: true })
  }

  stop(): Promise<void> {
    return Promise.resolve()
  }

  list(): CollectionRow[] {
    return this.#ports.db
      .prepare<[], { facts: string }>('select facts from collections order by created desc')
      .all()
      .map(({ facts }) => CollectionRow.parse(JSON.parse(facts)))
  }

  /** @throws HearthError NOT_FOUND */
  get(id: string): CollectionRow {
    const row = this.#ports.db
      .prepare<[string], { facts: string }>('select facts from collections where id = ?')
      .get(id)
    if (!row) throw new HearthError('NOT_FOUND', 'there is no such collection')
    return CollectionRow.parse(JSON.parse(row.facts))
  }

  /**
   * Takes in what was uploaded: pictures, recordings, and archives of them. @throws HearthError DATASET_BROKEN where
   * there is none of either
   */
  create(request: ImportRequest): Promise<CollectionRow> {
    return this.#imports.run(request, { name: request.name }).catch(async (error: unknown) => {
      await rm(this.#upload(request.upload), { recursive: true, force: true })
      throw error
    })
  }

  /** Why an import that was cut off could not go on, or null. */
  get failed(): FailedTask | null {
    return this.#imports.failure
  }

  /** Uploads that are still read, or would be once an import is tried again. */
  get uploads(): string[] {
    return this.#imports.open().map(({ payload }) => this.#upload(payload.upload))
  }

  async #import(job: JobContext<ImportRequest>): Promise<CollectionRow> {
    const { id, payload } = job
    const { name, upload } = payload
    const read = this.list().find((row) => row.id === id)
    if (read) return read
    const uploads = this.#upload(upload)
    const files = await readdir(uploads).catch((): string[] => [])
    if (files.length === 0) throw new HearthError('BAD_INPUT', 'choose files')
    const folder = this.#folder(id)
    try {
      const { items, skipped, broken } = await this.#ports.tasks.run(
        id,
        name,
        'collecting',
        { write: [folder], read: files.map((file) => join(uploads, file)) },
        (curation) => curation.collect({ paths: files.map((file) => join(uploads, file)), folder }),
        job,
      )
      if (items === 0)
        throw new HearthError(
          'DATASET_BROKEN',
          `none of the files can be read as a picture or a recording (${Object.entries<number>(skipped)
            .map(([why, count]) => `${count} ${why}`)
            .join(', ')})${broken.length > 0 ? `: ${listed(broken)}` : ''}`,
        )
      const row: CollectionRow = {
        id,
        name,
        created: this.#ports.clock.now(),
        skipped,
        broken,
        choices: everything,
        ...(await this.#ports.tasks.client.judge({ folder, choices: everything })),
      }
      this.#ports.db
        .prepare('insert into collections (id, created, facts) values (?, ?, ?)')
        .run(id, row.created, JSON.stringify(row))
      await rm(uploads, { recursive: true, force: true })
      return row
    } catch (error) {
      await rm(folder, { recursive: true, force: true })
      throw error
    } finally {
      this.#ports.tasks.events.emit('changed', null)
    }
  }

  /** Changes what leaves; what was brought stays as it is. */
  choose(id: string, choices: CollectionChoices): Promise<CollectionRow> {
    return this.#ports.tasks.queue(id, async () => {
      const row: CollectionRow = {
        ...this.get(id),
        choices,
        ...(await this.#ports.tasks.client.judge({ folder: this.#folder(id), choices })),
      }
      this.#ports.db.prepare('update collections set facts = ? where id = ?').run(JSON.stringify(row), id)
      this.#ports.tasks.events.emit('changed', null)
      return row
    })
  }

  gallery(id: string, order: MediaOrder, offset: number, limit: number) {
    return this.#ports.tasks.client.gallery({
      folder: this.#folder(id),
      choices: this.get(id).choices,
      order,
      offset,
      limit,
    })
  }

  /** A piece of a file as it was brought. @param item its SHA-256 */
  async read(id: string, item: string, offset: number, length: number): Promise<{ chunk: Buffer; total: number }> {
    this.get(id)
    const files = join(this.#folder(id), 'files')
    const name = (await readdir(files)).find((file) => file.startsWith(item)) ?? item
    return readPiece(files, name, offset, length)
  }

  /** Writes what leaves into a folder, as a part of a job. @param rows the name of the file of rows */
  package(
    id: string,
    out: string,
    rows: string,
    job: Pick<JobContext<unknown>, 'signal' | 'progress'>,
  ): Promise<{ items: number; report: MediaReport; broken: string[] }> {
    return this.#ports.tasks.queue(id, () => {
      const { name, choices } = this.get(id)
      return this.#ports.tasks.run(
        id,
        name,
        'cleaning',
        { write: [dirname(out)], read: [this.#folder(id)] },
        (curation) => curation.package({ folder: this.#folder(id), choices, out, rows }),
        job,
      )
    })
  }

  remove(id: string): Promise<void> {
    return this.#ports.tasks.queue(id, async () => {
      this.get(id)
      this.#ports.db.prepare('delete from collections where id = ?').run(id)
      await rm(this.#folder(id), { recursive: true, force: true })
      this.#ports.tasks.events.emit('changed', null)
    })
  }

  #upload(upload: string): string {
    return join(this.#ports.paths.uploads, upload)
  }

  #folder(id: string): string {
    return join(this.#ports.paths.collections, id)
  }
}
