import { randomBytes } from 'node:crypto'
import { appendFile, mkdir, open, readdir, readFile, rm, stat, statfs, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { RunDetail, RunRow } from '../../../common/api/training.ts'
import type { trainerContract } from '../../../common/children/trainer.ts'
import { wishOf } from '../../../common/model/recipe-presets.ts'
import { parseLog, type LogEntry } from '../../../common/model/training.ts'
import { HearthError, isErrorCode, messageOf } from '../../../common/errors/index.ts'
import type { Clock } from '../../core/clock.ts'
import type { Db } from '../../core/db/open.ts'
import type { Service } from '../../core/lifecycle.ts'
import type { Log } from '../../core/log/log.ts'
import type { DataPaths } from '../../core/paths.ts'
import type { SupervisedProcess } from '../../core/processes/supervised.ts'
import { resourcePath } from '../../core/resources.ts'
import { drain } from '../../core/streams.ts'
import { RunStore, type Run, type RunWish } from './run-store.ts'

interface Ports {
  readonly db: Db
  readonly clock: Clock
  readonly trainer: SupervisedProcess<typeof trainerContract>
  readonly paths: Pick<DataPaths, 'training' | 'uploads'>
  readonly threads: () => number
  readonly log: Log
}

const HELD_OUT_SHARE = 0.1
const MAX_UPLOAD = 2 ** 30
/** A step's figures reach the database at most this often; the run's own log has them all. */
const NOTE_EVERY_MS = 300

/**
 * Training on this machine: prepares, measures, runs one at a time, and goes on by itself after the host or the engine
 * was stopped anywhere.
 */
export class TrainingService implements Service {
  readonly name = 'training'
  readonly runs: RunStore
  readonly #ports: Ports
  readonly #log: Log
  #active: { readonly id: string; readonly abort: AbortController; readonly done: Promise<void> } | null = null
  /** Tokens a second of the run at hand, by its last step. */
  #speed = 0
  #stopping = false

  constructor(ports: Ports) {
    this.#ports = ports
    this.#log = ports.log.child('training')
    this.runs = new RunStore(ports.db, ports.clock)
  }

  start(): Promise<void> {
    for (const run of this.runs.list()) {
      if (run.state === 'preparing') void this.#prepare(run)
      if (run.state === 'running') this.#follow(run)
    }
    return Promise.resolve()
  }

  async stop(): Promise<void> {
    this.#stopping = true
    this.#active?.abort.abort()
    // A graph in the middle cannot be interrupted; ending the engine loses at most the steps since a checkpoint.
    await this.#ports.trainer.stop()
    await this.#active?.done
  }

  async putData(upload: string, name: string, first: boolean, chunk: Buffer): Promise<{ bytes: number }> {
    const folder = join(this.#ports.paths.uploads, upload)
    const file = join(folder, name)
    await mkdir(folder, { recursive: true })
    if (first) await writeFile(file, chunk)
    else await appendFile(file, chunk)
    const { size } = await stat(file)
    if (size > MAX_UPLOAD) {
      await rm(folder, { recursive: true })
      throw new HearthError('MESSAGE_TOO_LARGE', 'a data file may have 1 GiB; split it, or use the command line, which reads it where it lies')
    }
    return { bytes: size }
  }

  async create(wish: Omit<RunWish, 'files'>, uploads: readonly string[], demoData: boolean): Promise<RunRow> {
    const files = demoData ? [resourcePath('demo', 'letters.jsonl')] : []
    for (const upload of uploads) {
      const folder = join(this.#ports.paths.uploads, upload)
      for (const name of await readdir(folder).catch(() => [])) files.push(join(folder, name))
    }
    if (files.length === 0) throw new HearthError('BAD_INPUT', 'choose data to learn from')
    const run = this.runs.add({ ...wish, files })
    void this.#prepare(run)
    return this.view(run)
  }

  begin(id: string): RunRow {
    if (this.#active) throw new HearthError('BAD_INPUT', 'another run is going on; pause it first')
    const run = this.runs.move(this.#known(id).id, 'started', { error: null })
    this.#follow(run)
    return this.view(run)
  }

  async pause(id: string): Promise<RunRow> {
    const run = this.runs.move(this.#known(id).id, 'paused')
    await this.#halt(id)
    return this.view(run)
  }

  async remove(id: string): Promise<void> {
    const run = this.#known(id)
    if (run.state === 'running') throw new HearthError('BAD_INPUT', 'pause the run before you remove it')
    this.runs.remove(id)
    const uploaded = run.wish.files.filter((file) => file.startsWith(this.#ports.paths.uploads))
    for (const folder of [this.#folder(id), ...uploaded.map((file) => dirname(file))]) await rm(folder, { recursive: true, force: true })
  }

  detail(id: string): RunDetail {
    const run = this.#known(id)
    return { run: this.view(run), recipe: run.recipe, report: run.report, estimate: run.estimate }
  }

  async log(id: string): Promise<LogEntry[]> {
    return parseLog(await readFile(join(this.#folder(this.#known(id).id), 'log.jsonl'), 'utf8').catch(() => ''))
  }

  async adapterFiles(id: string): Promise<{ name: string; bytes: number }[]> {
    const folder = join(this.#folder(this.#known(id).id), 'adapter')
    const names = await readdir(folder).catch(() => [])
    return Promise.all(names.map(async (name) => ({ name, bytes: (await stat(join(folder, name))).size })))
  }

  async readAdapter(id: string, name: string, offset: number, length: number): Promise<{ chunk: Buffer; total: number }> {
    const files = await this.adapterFiles(id)
    const total = files.find((file) => file.name === name)?.bytes
    if (total === undefined) throw new HearthError('NOT_FOUND', `the adapter has no file ${name}`)
    await using file = await open(join(this.#folder(id), 'adapter', name), 'r')
    const chunk = Buffer.alloc(Math.max(0, Math.min(length, total - offset)))
    await file.read(chunk, 0, chunk.length, offset)
    return { chunk, total }
  }

  view(run: Run): RunRow {
    const { id, state, created, wish, step, loss, baseLoss, heldOutLoss, error, recipe, estimate } = run
    const running = state === 'running' && this.#active?.id === id && this.#speed > 0
    const perStep = estimate?.tokensPerStep ?? 0
    return {
      id, state, created, step, loss, baseLoss, heldOutLoss, error,
      name: wish.name,
      base: recipe?.base.name ?? wish.base,
      preset: wish.preset,
      method: wish.method,
      steps: recipe?.steps ?? null,
      tokensPerSecond: running ? this.#speed : null,
      secondsLeft: running && recipe ? ((recipe.steps - step) * perStep) / this.#speed : null,
    }
  }

  #known(id: string): Run {
    const run = this.runs.get(id)
    if (!run) throw new HearthError('NOT_FOUND', 'there is no such run')
    return run
  }

  #folder(id: string): string {
    return join(this.#ports.paths.training, id)
  }

  async #prepare({ id, wish }: Run): Promise<void> {
    const { client } = this.#ports.trainer
    const folder = this.#folder(id)
    try {
      await mkdir(folder, { recursive: true })
      const seed = randomBytes(32).toString('hex')
      const info = await client.inspect({ base: wish.base })
      const report = await drain(await client.prepare({ base: wish.base, files: [...wish.files], folder, sequenceLength: Math.min(wish.sequenceLength, info.context), heldOutShare: HELD_OUT_SHARE, seed, classify: wish.classify }))
      const made = wishOf({ preset: wish.preset, method: wish.method, targets: info.modules, width: info.width, sequences: report.sequences - report.heldOut, classes: report.classes })
      const { recipe } = await client.compose({ folder, base: wish.base, seed, profile: 'cpu', threads: this.#ports.threads(), wish: made })
      const estimate = await client.estimate({ folder, base: wish.base, spin: false })
      const { bavail, bsize } = await statfs(folder)
      if (bavail * bsize < estimate.diskBytes) throw new HearthError('NOT_ENOUGH_DISK', `the checkpoints take ${Math.ceil(estimate.diskBytes / 2 ** 20)} MiB, ${Math.floor((bavail * bsize) / 2 ** 20)} MiB are free`)
      if (this.runs.get(id)) this.runs.move(id, 'prepared', { report, recipe, estimate })
    } catch (error) {
      this.#fail(id, error)
    }
  }

  /** Runs until the end, a pause or an error; an engine that dies is started again. */
  #follow({ id, wish }: Run): void {
    const abort = new AbortController()
    const done = this.#train(id, wish.base, abort.signal).catch((error: unknown) => this.#fail(id, error))
    this.#active = { id, abort, done: done.finally(() => (this.#active = this.#active?.id === id ? null : this.#active)) }
  }

  async #train(id: string, base: string, signal: AbortSignal): Promise<void> {
    const folder = this.#folder(id)
    const perStep = this.runs.get(id)?.estimate?.tokensPerStep ?? 0
    let noted = 0
    const note = (entry: LogEntry): void => {
      const now = this.#ports.clock.now()
      if (entry.kind === 'evaluation') this.runs.note(id, entry.step === 0 ? { baseLoss: entry.heldOutLoss, heldOutLoss: entry.heldOutLoss } : { heldOutLoss: entry.heldOutLoss })
      else {
        this.#speed = (perStep * 1000) / entry.milliseconds
        if (now - noted < NOTE_EVERY_MS) return
        noted = now
        this.runs.note(id, { step: entry.step, loss: entry.loss })
      }
    }
    while (!signal.aborted) {
      try {
        const stream = await this.#ports.trainer.client.train({ folder, base, spin: false, plan: null }, { signal })
        const result = await drain(stream, note)
        if (!signal.aborted) this.runs.move(id, 'finished', { step: result.step, baseLoss: result.baseLoss, heldOutLoss: result.heldOutLoss })
        return
      } catch (error) {
        if (signal.aborted) return
        if (!(error instanceof HearthError && error.code === 'ENGINE_GONE')) throw error
        this.#log.warn('the engine ended; the run goes on from its last checkpoint', { run: id })
      }
    }
  }

  async #halt(id: string): Promise<void> {
    const active = this.#active
    if (active?.id !== id) return
    active.abort.abort()
    await active.done
  }

  #fail(id: string, error: unknown): void {
    if (this.#stopping || !this.runs.get(id)) return
    const code = error instanceof HearthError ? error.code : isErrorCode((error as { code?: unknown }).code) ? (error as { code: string }).code : 'INTERNAL'
    this.#log.error('a run failed', { run: id, error })
    this.runs.move(id, 'failed', { error: { code, message: messageOf(error) } })
  }
}
