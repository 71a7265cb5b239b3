import { randomUUID } from 'node:crypto'
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { extname, join } from 'node:path'
import type { TableDetail, TableRow } from '../../../../common/api/tables.ts'
import type { trainerContract } from '../../../../common/children/trainer.ts'
import type { BaselineResult } from '../../../../common/model/baseline.ts'
import {
  suggestPipeline,
  type Pipeline,
  type PreparedReport,
  type TableProfile,
} from '../../../../common/model/pipeline.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import type { Clock } from '../../../core/clock.ts'
import type { Db } from '../../../core/db/open.ts'
import type { DataPaths } from '../../../core/paths.ts'
import type { SupervisedProcess } from '../../../core/processes/supervised.ts'

interface Facts {
  readonly file: string
  readonly profile: TableProfile
  readonly pipeline: Pipeline | null
  readonly prepared: PreparedReport | null
  readonly results: readonly BaselineResult[]
}

interface Row {
  id: string
  name: string
  created: number
  facts: string
}

interface Ports {
  readonly db: Db
  readonly clock: Clock
  readonly engine: SupervisedProcess<typeof trainerContract>
  readonly paths: Pick<DataPaths, 'tables' | 'uploads'>
  readonly threads: () => number
}

/** Tables of this machine's owner: profiles, pipelines, tensors and baselines. One folder each. */
export class TableService {
  readonly #ports: Ports

  constructor(ports: Ports) {
    this.#ports = ports
  }

  list(): TableRow[] {
    return this.#ports.db
      .prepare<unknown[], Row>('select * from tables order by created desc')
      .all()
      .map((row) => toRow(row, JSON.parse(row.facts) as Facts))
  }

  detail(id: string): TableDetail {
    const row = this.#known(id)
    const { profile, pipeline, prepared, results } = JSON.parse(row.facts) as Facts
    return { table: toRow(row, JSON.parse(row.facts) as Facts), profile, pipeline, prepared, results: [...results] }
  }

  /** Takes an uploaded file over. @throws HearthError DATASET_BROKEN, with nothing kept, where it is no table */
  async create(name: string, upload: string): Promise<TableDetail> {
    const from = join(this.#ports.paths.uploads, upload)
    const [file] = await readdir(from).catch(() => [])
    if (!file) throw new HearthError('BAD_INPUT', 'choose a table')
    const id = randomUUID()
    const folder = this.#folder(id)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const kept = join(folder, `table${extname(file).toLowerCase()}`)
    await rename(join(from, file), kept)
    await rm(from, { recursive: true })
    try {
      const profile = await this.#ports.engine.client.profileTable({ file: kept })
      const facts: Facts = { file: kept, profile, pipeline: null, prepared: null, results: [] }
      this.#ports.db
        .prepare('insert into tables (id, name, created, facts) values (?, ?, ?, ?)')
        .run(id, name, this.#ports.clock.now(), JSON.stringify(facts))
    } catch (error) {
      await rm(folder, { recursive: true })
      throw error
    }
    return this.detail(id)
  }

  suggest(id: string, target: string): Pipeline {
    const { profile } = this.detail(id)
    if (!profile.columns.some(({ name }) => name === target))
      throw new HearthError('BAD_INPUT', `the table has no column “${target}”`)
    // The table's own number draws its split, so that another target is measured on the same rows.
    return suggestPipeline(profile, target, id)
  }

  async prepare(id: string, pipeline: Pipeline): Promise<TableDetail> {
    const { file } = this.#facts(id)
    const prepared = await this.#ports.engine.client.prepareTable({ file, folder: this.#folder(id), pipeline })
    this.#note(id, { pipeline, prepared, results: [] })
    return this.detail(id)
  }

  async *train(
    id: string,
    model: BaselineResult['model'],
    signal: AbortSignal | undefined,
  ): AsyncGenerator<BaselineResult['losses'][number], void> {
    if (!this.#facts(id).prepared) throw new HearthError('BAD_INPUT', 'make the tensors first')
    const stream = await this.#ports.engine.client.trainBaseline(
      { folder: this.#folder(id), model, seed: id, threads: this.#ports.threads() },
      signal ? { signal } : {},
    )
    const result = yield* stream
    this.#note(id, { results: [...this.#facts(id).results.filter((other) => other.model !== model), result] })
  }

  async remove(id: string): Promise<void> {
    this.#known(id)
    this.#ports.db.prepare('delete from tables where id = ?').run(id)
    await rm(this.#folder(id), { recursive: true, force: true })
  }

  async read(id: string, name: string, offset: number, length: number): Promise<{ chunk: Buffer; total: number }> {
    this.#known(id)
    await using file = await open(join(this.#folder(id), name), 'r').catch((error: Error) => {
      throw new HearthError('NOT_FOUND', `there is no ${name} yet`, {}, { cause: error })
    })
    const { size: total } = await file.stat()
    const chunk = Buffer.alloc(Math.max(0, Math.min(length, total - offset)))
    await file.read(chunk, 0, chunk.length, offset)
    return { chunk, total }
  }

  #known(id: string): Row {
    const row = this.#ports.db.prepare<unknown[], Row>('select * from tables where id = ?').get(id)
    if (!row) throw new HearthError('NOT_FOUND', 'there is no such table')
    return row
  }

  #facts(id: string): Facts {
    return JSON.parse(this.#known(id).facts) as Facts
  }

  #note(id: string, change: Partial<Facts>): void {
    this.#ports.db
      .prepare('update tables set facts = ? where id = ?')
      .run(JSON.stringify({ ...this.#facts(id), ...change }), id)
  }

  #folder(id: string): string {
    return join(this.#ports.paths.tables, id)
  }
}

function toRow({ id, name, created }: Row, { profile, pipeline, results }: Facts): TableRow {
  const quality = results.map(({ test }) => ('accuracy' in test ? test.accuracy : test.explained))
  return {
    id,
    name,
    created,
    rows: profile.rows,
    columns: profile.columns.length,
    target: pipeline?.columns.find(({ use }) => use === 'target')?.name ?? null,
    best: quality.length > 0 ? Math.max(...quality) : null,
  }
}
