import { randomBytes } from 'node:crypto'
import { appendFile, mkdir, readdir, readFile, rm, stat, statfs, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import * as z from 'zod'
import type { RunDetail, RunRow } from '../../../../common/api/training.ts'
import type { DataReport, trainerContract } from '../../../../common/children/trainer.ts'
import type { Recipe } from '../../../../common/model/recipe.ts'
import { requestOf } from '../../../../common/model/recipe-presets.ts'
import { parseLog, type LogEntry } from '../../../../common/model/training.ts'
import { HearthError, isErrorCode, messageOf } from '../../../../common/errors/index.ts'
import { readPiece } from '../../../core/file-pieces.ts'
import type { Clock } from '../../../core/clock.ts'
import type { Db } from '../../../core/db/open.ts'
import type { Ending, JobContext, JobQueue, JobRunner } from '../../../core/job-runner/index.ts'
import type { Service } from '../../../core/lifecycle.ts'
import type { Log } from '../../../core/log/log.ts'
import type { DataPaths } from '../../../core/paths.ts'
import type { SupervisedProcess } from '../../../core/processes/supervised.ts'
import { resourcePath } from '../../../core/resources.ts'
import { drain } from '../../../core/streams.ts'
import { RunStore, type Run, type RunRequest } from './run-store.ts'

const RunJob = z.object({ run: z.uuid() })
type RunJob = z.infer<typeof RunJob>

interface Ports {
  readonly jobs: JobRunner
  readonly db: Db
  readonly clock: Clock
  readonly trainer: SupervisedProcess<typeof trainerContract>
  readonly paths: Pick<DataPaths, 'training' | 'uploads'>
  readonly threads: () => number
  readonly log: Log
}

const HELD_OUT_SHARE = 0.1
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
  readonly #preparations: JobQueue<RunJob, void>
  readonly #trainings: JobQueue<RunJob, void>
  /** Tokens a second of the run at hand, by its last step. */
  #speed = 0
  /** Of runs that machines on the market do, as they say. */
  readonly #remoteSpeeds = new Map<string, number>()
  #stopping = false

  constructor(ports: Ports) {
    this.#ports = ports
    this.#log = ports.log.child('training')
    this.runs = new RunStore(ports.db, ports.clock)
    this.#preparations = ports.jobs.register({
      type: 'training-preparation',
      payload: RunJob,
      recovery: 'resume',
      attempts: Infinity,
      concurrency: 2,
      pausable: false,
      keeps: () => false,
      run: (job) => this.#prepare(job),
      discard: ({ run }) =>
        Promise.resolve(this.#fail(run, new HearthError('ABORTED', 'the preparation was cancelled'))),
    })
    this.#trainings = ports.jobs.register({
      type: 'training',
      payload: RunJob,
      recovery: 'resume',
      attempts: Infinity,
      concurrency: 1,
      pausable: true,
      keeps: () => true,
      run: (job) => this.#train(job),
    })
  }

  /** Runs of a data folder from before there were jobs get theirs. */
  start(): Promise<void> {
    for (const { id, state, request } of this.runs.list()) {
      if (state === 'preparing' && !this.#jobOf(this.#preparations, id))
        this.#preparations.enqueue({ run: id }, { name: request.name })
      if (state === 'running' && !this.#jobOf(this.#trainings, id))
        this.#trainings.enqueue({ run: id }, { name: request.name })
    }
    return Promise.resolve()
  }

  async stop(): Promise<void> {
    this.#stopping = true
    // A graph in the middle cannot be interrupted; ending the engine loses at most the steps since a checkpoint.
    await this.#ports.trainer.stop()
  }

  async create(request: Omit<RunRequest, 'files'>, uploads: readonly string[], demoData: boolean): Promise<RunRow> {
    const files = demoData ? [resourcePath('demo', 'letters.jsonl')] : []
    for (const upload of uploads) {
      const folder = join(this.#ports.paths.uploads, upload)
      for (const name of await readdir(folder).catch(() => [])) files.push(join(folder, name))
    }
    if (files.length === 0) throw new HearthError('BAD_INPUT', 'choose data to learn from')
    return this.add({ ...request, files })
  }

  /** Prepares a run on files of this machine. */
  add(request: RunRequest): RunRow {
    const run = this.runs.add(request)
    this.#preparations.enqueue({ run: run.id }, { name: request.name })
    return this.view(run)
  }

  /** Whether a run is going on here. */
  get busy(): boolean {
    return this.#trainings.active().length > 0
  }

  /** @param parent the job that it is a part of @throws HearthError BAD_INPUT while another run goes on */
  begin(id: string, parent: string | null = null): RunRow {
    if (this.busy) throw new HearthError('BAD_INPUT', 'another run is going on; pause it first')
    const { name } = this.runs.move(this.#known(id).id, 'started', { error: null }).request
    const job = this.#jobOf(this.#trainings, id)
    if (job) this.#trainings.resume(job)
    else this.#trainings.enqueue({ run: id }, { name, parent })
    return this.view(this.#known(id))
  }

  async pause(id: string): Promise<RunRow> {
    const job = this.#jobOf(this.#trainings, id)
    if (this.#known(id).state !== 'running' || !job) this.runs.move(id, 'paused')
    else await this.#trainings.pause(job)
    return this.view(this.#known(id))
  }

  /** The open job of a run. */
  #jobOf(queue: JobQueue<RunJob, void>, run: string): string | null {
    return queue.open().find(({ payload }) => payload.run === run)?.row.id ?? null
  }

  /** What is not to go on here any more leaves the list of tasks. */
  async #dropJobs(run: string): Promise<void> {
    for (const queue of [this.#preparations, this.#trainings]) {
      const job = this.#jobOf(queue, run)
      if (job) await queue.cancel(job)
    }
  }

  /** A run's folder and base model, for whoever works on it. */
  place(id: string): { folder: string; base: string } {
    return { folder: this.#folder(id), base: this.#known(id).request.base }
  }

  /**
   * What a machine on the market would be asked to do. A run that has not begun gets as many checkpoints as a proof
   * wants.
   * @throws HearthError BAD_INPUT where it runs here or is done
   */
  async forMarket(id: string): Promise<{ recipe: Recipe; step: number }> {
    const run = this.#known(id)
    if ((run.state !== 'ready' && run.state !== 'paused') || !run.recipe || !run.report || !run.estimate)
      throw new HearthError('BAD_INPUT', 'only a run that is ready or paused can go to the market')
    if (run.state === 'paused')
      return {
        recipe: run.recipe,
        step: (await this.#ports.trainer.client.commitment({ folder: this.#folder(id) })).step,
      }
    const { estimate, report } = run
    const recipe = await this.#compose(run, report, run.recipe.batch.seed, 'market')
    const checkpoints = recipe.steps / recipe.checkpointEvery + 1
    this.runs.note(id, {
      recipe,
      estimate: {
        ...estimate,
        seconds: estimate.secondsPerStep * recipe.steps,
        joules: estimate.joules === null ? null : (estimate.joules * recipe.steps) / run.recipe.steps,
        diskBytes: estimate.checkpointBytes * checkpoints,
      },
    })
    return { recipe, step: 0 }
  }

  /** Hands a run over to the market. False where it cannot be any more. */
  hire(id: string): boolean {
    const run = this.runs.get(id)
    if (run?.state === 'ordered') return true
    if (run?.state !== 'ready' && run?.state !== 'paused') return false
    this.runs.move(id, 'ordered', { error: null })
    void this.#dropJobs(id)
    return true
  }

  /** News of a run that a machine on the market does; its curve and figures are shown as those of a run here. */
  async hear(id: string, entries: readonly LogEntry[], tokensPerSecond: number): Promise<void> {
    if (!this.runs.get(id)) return
    this.#remoteSpeeds.set(id, tokensPerSecond)
    if (entries.length === 0) return
    await appendFile(join(this.#folder(id), 'log.jsonl'), entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''))
    for (const entry of entries) this.#noteEvaluation(id, entry)
    const last = entries.findLast((entry) => entry.kind === 'step')
    if (last) this.runs.note(id, { step: last.step, loss: last.loss })
  }

  /**
   * The run came back unfinished; it goes on from the last step that is proven, and what lies behind it is forgotten.
   */
  async giveBack(id: string, step: number): Promise<void> {
    this.#remoteSpeeds.delete(id)
    if (this.runs.get(id)?.state !== 'ordered') return
    const proven = (await this.log(id)).filter((entry) => entry.step <= step && step > 0)
    await writeFile(join(this.#folder(id), 'log.jsonl'), proven.map((entry) => `${JSON.stringify(entry)}\n`).join(''))
    const losses = proven.flatMap((entry) => (entry.kind === 'evaluation' ? [entry.heldOutLoss] : []))
    this.runs.move(id, step === 0 ? 'untouched' : 'returned', {
      step,
      loss: proven.findLast((entry) => entry.kind === 'step')?.loss ?? null,
      baseLoss: losses[0] ?? null,
      heldOutLoss: losses.at(-1) ?? null,
    })
  }

  /** The last checkpoint of a run that a machine on the market did lies in its folder: writes the adapter from it. */
  async importResult(id: string): Promise<void> {
    this.#remoteSpeeds.delete(id)
    const run = this.runs.get(id)
    if (run?.state !== 'ordered') return
    const { folder, base } = this.place(id)
    const result = await drain(
      await this.#ports.trainer.client.train({ folder, base, spin: false, plan: null, until: null }),
    )
    this.runs.move(id, 'finished', { step: result.step, baseLoss: result.baseLoss, heldOutLoss: result.heldOutLoss })
  }

  async remove(id: string): Promise<void> {
    const run = this.#known(id)
    if (run.state === 'ordered')
      throw new HearthError('BAD_INPUT', 'a machine is working on this run; end the job first')
    if (run.state === 'running') throw new HearthError('BAD_INPUT', 'pause the run before you remove it')
    this.runs.remove(id)
    await this.#dropJobs(id)
    const uploaded = run.request.files.filter((file) => file.startsWith(this.#ports.paths.uploads))
    for (const folder of [this.#folder(id), ...uploaded.map((file) => dirname(file))])
      await rm(folder, { recursive: true, force: true })
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

  /**
   * Where a finished run's adapter lies, and what it belongs to. @throws HearthError BAD_INPUT before it is finished
   */
  finishedAdapter(id: string): { path: string; base: { name: string; hash: string } } {
    const { state, recipe } = this.#known(id)
    if (state !== 'finished' || !recipe) throw new HearthError('BAD_INPUT', 'this run has no adapter yet')
    return { path: join(this.#folder(id), 'adapter'), base: { name: recipe.base.name, hash: recipe.base.hash } }
  }

  async readAdapter(
    id: string,
    name: string,
    offset: number,
    length: number,
  ): Promise<{ chunk: Buffer; total: number }> {
    const files = await this.adapterFiles(id)
    if (!files.some((file) => file.name === name)) throw new HearthError('NOT_FOUND', `the adapter has no file ${name}`)
    return readPiece(join(this.#folder(id), 'adapter'), name, offset, length)
  }

  view(run: Run): RunRow {
    const { id, state, created, request, step, loss, baseLoss, heldOutLoss, error, recipe, estimate } = run
    const speed =
      state === 'ordered' ? (this.#remoteSpeeds.get(id) ?? 0) : state === 'running' && this.busy ? this.#speed : 0
    const perStep = estimate?.tokensPerStep ?? 0
    return {
      id,
      state,
      created,
      step,
      loss,
      baseLoss,
      heldOutLoss,
      error,
      name: request.name,
      base: recipe?.base.name ?? request.base,
      preset: request.preset,
      method: request.method,
      steps: recipe?.steps ?? null,
      tokensPerSecond: speed > 0 ? speed : null,
      secondsLeft: speed > 0 && recipe ? ((recipe.steps - step) * perStep) / speed : null,
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

  async #prepare({ payload: { run: id }, signal }: JobContext<RunJob>): Promise<void> {
    const { client } = this.#ports.trainer
    const run = this.runs.get(id)
    if (run?.state !== 'preparing') return
    const { request } = run
    const folder = this.#folder(id)
    try {
      await mkdir(folder, { recursive: true })
      const seed = randomBytes(32).toString('hex')
      const info = await client.inspect({ base: request.base }, { signal })
      const report = await drain(
        await client.prepare({
          base: request.base,
          files: [...request.files],
          folder,
          sequenceLength: Math.min(request.sequenceLength, info.context),
          heldOutShare: HELD_OUT_SHARE,
          seed,
          classify: request.classify,
          template: request.template,
        }),
        () => {},
        signal,
      )
      const recipe = await this.#compose({ id, request }, report, seed, 'here')
      const estimate = await client.estimate({ folder, base: request.base, spin: false }, { signal })
      const { bavail, bsize } = await statfs(folder)
      if (bavail * bsize < estimate.diskBytes)
        throw new HearthError(
          'NOT_ENOUGH_DISK',
          `the checkpoints take ${Math.ceil(estimate.diskBytes / 2 ** 20)} MiB, ` +
            `${Math.floor((bavail * bsize) / 2 ** 20)} MiB are free`,
        )
      if (this.runs.get(id)) this.runs.move(id, 'prepared', { report, recipe, estimate })
    } catch (error) {
      if (!signal.aborted) this.#fail(id, error)
      throw error
    }
  }

  async #compose(
    { id, request }: Pick<Run, 'id' | 'request'>,
    report: DataReport,
    seed: string,
    where: 'here' | 'market',
  ): Promise<Recipe> {
    const { client } = this.#ports.trainer
    const info = await client.inspect({ base: request.base })
    const made = requestOf({
      preset: request.preset,
      method: request.method,
      targets: info.modules,
      width: info.width,
      sequences: report.sequences - report.heldOut,
      classes: report.classes,
      where,
      ...(request.leastSteps === undefined ? {} : { leastSteps: request.leastSteps }),
      ...(request.layers === undefined ? {} : { layers: request.layers }),
    })
    return (
      await client.compose({
        folder: this.#folder(id),
        base: request.base,
        seed,
        profile: 'cpu',
        threads: this.#ports.threads(),
        wish: made,
      })
    ).recipe
  }

  #noteEvaluation(id: string, entry: LogEntry): void {
    if (entry.kind === 'evaluation')
      this.runs.note(
        id,
        entry.step === 0
          ? { baseLoss: entry.heldOutLoss, heldOutLoss: entry.heldOutLoss }
          : { heldOutLoss: entry.heldOutLoss },
      )
  }

  /** Runs until the end, a pause or an error. */
  async #train({ payload: { run: id }, signal, progress }: JobContext<RunJob>): Promise<void> {
    const run = this.runs.get(id)
    if (!run || run.state === 'finished') return
    if (run.state !== 'running') this.runs.move(id, 'started', { error: null })
    try {
      await this.#follow(run, signal, progress)
    } catch (error) {
      this.#fail(id, error)
      throw error
    }
    // The app's own end leaves it running: it goes on by itself.
    const ending = signal.aborted ? (signal.reason as Ending) : null
    const goesOn = this.runs.get(id)?.state === 'running'
    if (goesOn && (ending === 'pause' || ending === 'cancel')) this.runs.move(id, 'paused')
  }

  /** An engine that dies is started again. */
  async #follow(
    { id, request, recipe }: Run,
    signal: AbortSignal,
    progress: JobContext<RunJob>['progress'],
  ): Promise<void> {
    const folder = this.#folder(id)
    const perStep = this.runs.get(id)?.estimate?.tokensPerStep ?? 0
    let noted = 0
    const note = (entry: LogEntry): void => {
      const now = this.#ports.clock.now()
      this.#noteEvaluation(id, entry)
      if (entry.kind === 'step') {
        this.#speed = (perStep * 1000) / entry.milliseconds
        progress({ step: 'training', done: entry.step, of: recipe?.steps ?? null, unit: 'steps' })
        if (now - noted < NOTE_EVERY_MS) return
        noted = now
        this.runs.note(id, { step: entry.step, loss: entry.loss })
      }
    }
    while (!signal.aborted) {
      try {
        const stream = await this.#ports.trainer.client.train(
          { folder, base: request.base, spin: false, plan: null, until: null },
          { signal },
        )
        const result = await drain(stream, note)
        if (!signal.aborted)
          this.runs.move(id, 'finished', {
            step: result.step,
            baseLoss: result.baseLoss,
            heldOutLoss: result.heldOutLoss,
          })
        return
      } catch (error) {
        if (signal.aborted) return
        if (!(error instanceof HearthError && error.code === 'ENGINE_GONE')) throw error
        this.#log.warn('the engine ended; the run goes on from its last checkpoint', { run: id })
      }
    }
  }

  #fail(id: string, error: unknown): void {
    if (this.#stopping || !this.runs.get(id)) return
    const code =
      error instanceof HearthError
        ? error.code
        : isErrorCode((error as { code?: unknown }).code)
          ? (error as { code: string }).code
          : 'INTERNAL'
    this.#log.error('a run failed', { run: id, error })
    this.runs.move(id, 'failed', { error: { code, message: messageOf(error) } })
  }
}
