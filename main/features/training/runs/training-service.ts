import { readdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { RunDetail, RunRow } from '../../../../common/api/training.ts'
import type { trainerContract } from '../../../../common/children/trainer.ts'
import type { DataLook } from '../../../../common/model/data-look.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import type { Clock } from '../../../core/clock.ts'
import type { Db } from '../../../core/db/open.ts'
import type { JobRunner } from '../../../core/job-runner/index.ts'
import type { Service } from '../../../core/lifecycle.ts'
import type { Log } from '../../../core/log/log.ts'
import type { DataPaths } from '../../../core/paths.ts'
import type { SupervisedProcess } from '../../../core/processes/supervised.ts'
import { resourcePath } from '../../../core/resources.ts'
import { MarketRuns } from './market-runs.ts'
import { RunFiles } from './run-files.ts'
import { RunJobs } from './run-jobs.ts'
import { RunStore, type Run, type RunRequest } from './run-store.ts'

interface Ports {
  readonly jobs: JobRunner
  readonly db: Db
  readonly clock: Clock
  readonly trainer: SupervisedProcess<typeof trainerContract>
  readonly paths: Pick<DataPaths, 'training' | 'uploads'>
  readonly threads: () => number
  readonly log: Log
}

/** Runs of this data folder: made, begun, paused, shown and removed. They are trained here or on the market. */
export class TrainingService implements Service {
  readonly name = 'training'
  readonly runs: RunStore
  readonly files: RunFiles
  readonly market: MarketRuns
  readonly #ports: Ports
  readonly #jobs: RunJobs

  constructor(ports: Ports) {
    this.#ports = ports
    this.runs = new RunStore(ports.db, ports.clock)
    this.files = new RunFiles(ports.paths.training)
    const shared = { ...ports, runs: this.runs, files: this.files }
    this.#jobs = new RunJobs({ ...shared, log: ports.log.child('training') })
    this.market = new MarketRuns({ ...shared, jobs: this.#jobs })
  }

  start(): Promise<void> {
    this.#jobs.start()
    return Promise.resolve()
  }

  async stop(): Promise<void> {
    this.#jobs.stop()
    // A graph in the middle cannot be interrupted; ending the engine loses at most the steps since a checkpoint.
    await this.#ports.trainer.stop()
  }

  async create(request: Omit<RunRequest, 'files'>, uploads: readonly string[], demoData: boolean): Promise<RunRow> {
    return this.add({ ...request, files: await this.#filesOf(uploads, demoData) })
  }

  /** What a run would be prepared of: its first rows as the trainer reads them. */
  async look(
    request: Pick<RunRequest, 'base' | 'sequenceLength' | 'classify' | 'template'>,
    uploads: readonly string[],
    demoData: boolean,
    signal: AbortSignal | undefined,
  ): Promise<DataLook> {
    const files = await this.#filesOf(uploads, demoData)
    return this.#ports.trainer.client.look({ ...request, files }, signal ? { signal } : {})
  }

  async #filesOf(uploads: readonly string[], demoData: boolean): Promise<string[]> {
    const files = demoData ? [resourcePath('demo', 'letters.jsonl')] : []
    for (const upload of uploads) {
      const folder = join(this.#ports.paths.uploads, upload)
      for (const name of await readdir(folder).catch(() => [])) files.push(join(folder, name))
    }
    if (files.length === 0) throw new HearthError('BAD_INPUT', 'choose data to learn from')
    return files
  }

  /** Prepares a run on files of this machine. */
  add(request: RunRequest): RunRow {
    const run = this.runs.add(request)
    this.#jobs.prepare(run.id, request.name)
    return this.view(run)
  }

  /** Whether a run is going on here. */
  get busy(): boolean {
    return this.#jobs.busy
  }

  /** @param parent the job that it is a part of @throws HearthError BAD_INPUT while another run goes on */
  begin(id: string, parent: string | null = null): RunRow {
    if (this.busy) throw new HearthError('BAD_INPUT', 'another run is going on; pause it first')
    const { name } = this.runs.move(this.runs.known(id).id, 'started', { error: null }).request
    this.#jobs.train(id, name, parent)
    return this.view(this.runs.known(id))
  }

  async pause(id: string): Promise<RunRow> {
    const paused = this.runs.known(id).state === 'running' && (await this.#jobs.pause(id))
    if (!paused) this.runs.move(id, 'paused')
    return this.view(this.runs.known(id))
  }

  /** A run's folder and base model, for whoever works on it. */
  place(id: string): { folder: string; base: string } {
    return { folder: this.files.folder(id), base: this.runs.known(id).request.base }
  }

  async remove(id: string): Promise<void> {
    const run = this.runs.known(id)
    if (run.state === 'ordered')
      throw new HearthError('BAD_INPUT', 'a machine is working on this run; end the job first')
    if (run.state === 'running') throw new HearthError('BAD_INPUT', 'pause the run before you remove it')
    this.runs.remove(id)
    await this.#jobs.drop(id)
    const uploaded = run.request.files.filter((file) => file.startsWith(this.#ports.paths.uploads))
    for (const folder of [this.files.folder(id), ...uploaded.map((file) => dirname(file))])
      await rm(folder, { recursive: true, force: true })
  }

  detail(id: string): RunDetail {
    const run = this.runs.known(id)
    return { run: this.view(run), recipe: run.recipe, report: run.report, estimate: run.estimate }
  }

  /**
   * Where a finished run's adapter lies, and what it belongs to. @throws HearthError BAD_INPUT before it is finished
   */
  finishedAdapter(id: string): { path: string; base: { name: string; hash: string } } {
    const { state, recipe } = this.runs.known(id)
    if (state !== 'finished' || !recipe) throw new HearthError('BAD_INPUT', 'this run has no adapter yet')
    return { path: join(this.files.folder(id), 'adapter'), base: { name: recipe.base.name, hash: recipe.base.hash } }
  }

  view(run: Run): RunRow {
    const { id, state, created, request, step, loss, baseLoss, heldOutLoss, error, recipe, estimate } = run
    const speed = state === 'ordered' ? this.market.speedOf(id) : state === 'running' ? this.#jobs.speed : 0
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
}
