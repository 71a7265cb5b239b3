import { randomBytes } from 'node:crypto'
import { mkdir, statfs } from 'node:fs/promises'
import * as z from 'zod'
import type { trainerContract } from '../../../../common/children/trainer.ts'
import type { LogEntry } from '../../../../common/model/training.ts'
import { HearthError, isErrorCode, messageOf } from '../../../../common/errors/index.ts'
import type { Clock } from '../../../core/clock.ts'
import type { Ending, JobContext, JobQueue, JobRunner } from '../../../core/job-runner/index.ts'
import type { Log } from '../../../core/log/log.ts'
import type { SupervisedProcess } from '../../../core/processes/supervised.ts'
import { drain } from '../../../core/streams.ts'
import { composeRecipe } from './compose-recipe.ts'
import type { RunFiles } from './run-files.ts'
import type { Run, RunStore } from './run-store.ts'

const RunJob = z.object({ run: z.uuid() })
type RunJob = z.infer<typeof RunJob>

interface Ports {
  readonly jobs: JobRunner
  readonly runs: RunStore
  readonly files: RunFiles
  readonly clock: Clock
  readonly trainer: SupervisedProcess<typeof trainerContract>
  readonly threads: () => number
  readonly log: Log
}

const HELD_OUT_SHARE = 0.1
/** A step's figures reach the database at most this often; the run's own log has them all. */
const NOTE_EVERY_MS = 300

/** What runs do on this machine: each is prepared, then trained, one at a time. What is cut off goes on by itself. */
export class RunJobs {
  readonly #ports: Ports
  readonly #preparations: JobQueue<RunJob, void>
  readonly #trainings: JobQueue<RunJob, void>
  /** Tokens a second of the run at hand, by its last step. */
  #speed = 0
  #stopping = false

  constructor(ports: Ports) {
    this.#ports = ports
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
  start(): void {
    for (const { id, state, request } of this.#ports.runs.list()) {
      if (state === 'preparing' && !this.#jobOf(this.#preparations, id)) this.prepare(id, request.name)
      if (state === 'running' && !this.#jobOf(this.#trainings, id))
        this.#trainings.enqueue({ run: id }, { name: request.name })
    }
  }

  /** A failure from here on is the app's end, and no run's. */
  stop(): void {
    this.#stopping = true
  }

  prepare(run: string, name: string): void {
    this.#preparations.enqueue({ run }, { name })
  }

  /** Begins a run, or goes on with it. @param parent the job that it is a part of */
  train(run: string, name: string, parent: string | null): void {
    const job = this.#jobOf(this.#trainings, run)
    if (job) this.#trainings.resume(job)
    else this.#trainings.enqueue({ run }, { name, parent })
  }

  /** @returns whether there was a training to pause */
  async pause(run: string): Promise<boolean> {
    const job = this.#jobOf(this.#trainings, run)
    if (job) await this.#trainings.pause(job)
    return job !== null
  }

  /** What is not to go on here any more leaves the list of tasks. */
  async drop(run: string): Promise<void> {
    for (const queue of [this.#preparations, this.#trainings]) {
      const job = this.#jobOf(queue, run)
      if (job) await queue.cancel(job)
    }
  }

  /** Whether a run is going on here. */
  get busy(): boolean {
    return this.#trainings.active().length > 0
  }

  /** Tokens a second of the run that goes on here; 0 where none does. */
  get speed(): number {
    return this.busy ? this.#speed : 0
  }

  /** The open job of a run. */
  #jobOf(queue: JobQueue<RunJob, void>, run: string): string | null {
    return queue.open().find(({ payload }) => payload.run === run)?.row.id ?? null
  }

  async #prepare({ payload: { run: id }, signal }: JobContext<RunJob>): Promise<void> {
    const { client } = this.#ports.trainer
    const run = this.#ports.runs.get(id)
    if (run?.state !== 'preparing') return
    const { request } = run
    const folder = this.#ports.files.folder(id)
    try {
      await mkdir(folder, { recursive: true })
      const seed = request.seed ?? randomBytes(32).toString('hex')
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
      const recipe = await composeRecipe(this.#ports, { id, request }, report, seed, 'here')
      const estimate = await client.estimate({ folder, base: request.base, spin: false }, { signal })
      const { bavail, bsize } = await statfs(folder)
      if (bavail * bsize < estimate.diskBytes)
        throw new HearthError(
          'NOT_ENOUGH_DISK',
          `the checkpoints take ${Math.ceil(estimate.diskBytes / 2 ** 20)} MiB, ` +
            `${Math.floor((bavail * bsize) / 2 ** 20)} MiB are free`,
        )
      if (this.#ports.runs.get(id)) this.#ports.runs.move(id, 'prepared', { report, recipe, estimate })
    } catch (error) {
      if (!signal.aborted) this.#fail(id, error)
      throw error
    }
  }

  /** Runs until the end, a pause or an error. */
  async #train({ payload: { run: id }, signal, progress }: JobContext<RunJob>): Promise<void> {
    const run = this.#ports.runs.get(id)
    if (!run || run.state === 'finished') return
    if (run.state !== 'running') this.#ports.runs.move(id, 'started', { error: null })
    try {
      await this.#follow(run, signal, progress)
    } catch (error) {
      this.#fail(id, error)
      throw error
    }
    // The app's own end leaves it running: it goes on by itself.
    const ending = signal.aborted ? (signal.reason as Ending) : null
    const goesOn = this.#ports.runs.get(id)?.state === 'running'
    if (goesOn && (ending === 'pause' || ending === 'cancel')) this.#ports.runs.move(id, 'paused')
  }

  /** An engine that dies is started again. */
  async #follow(
    { id, request, recipe }: Run,
    signal: AbortSignal,
    progress: JobContext<RunJob>['progress'],
  ): Promise<void> {
    const folder = this.#ports.files.folder(id)
    const perStep = this.#ports.runs.get(id)?.estimate?.tokensPerStep ?? 0
    let noted = 0
    const note = (entry: LogEntry): void => {
      const now = this.#ports.clock.now()
      this.#ports.runs.noteEvaluation(id, entry)
      if (entry.kind === 'step') {
        this.#speed = (perStep * 1000) / entry.milliseconds
        if (recipe && entry.step % recipe.checkpointEvery === 0) this.#ports.runs.events.emit('checkpoint', id)
        progress({ step: 'training', done: entry.step, of: recipe?.steps ?? null, unit: 'steps' })
        if (now - noted < NOTE_EVERY_MS) return
        noted = now
        this.#ports.runs.note(id, { step: entry.step, loss: entry.loss })
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
          this.#ports.runs.move(id, 'finished', {
            step: result.step,
            baseLoss: result.baseLoss,
            heldOutLoss: result.heldOutLoss,
          })
        return
      } catch (error) {
        if (signal.aborted) return
        if (!(error instanceof HearthError && error.code === 'ENGINE_GONE')) throw error
        this.#ports.log.warn('the engine ended; the run goes on from its last checkpoint', { run: id })
      }
    }
  }

  #fail(id: string, error: unknown): void {
    if (this.#stopping || !this.#ports.runs.get(id)) return
    const code =
      error instanceof HearthError
        ? error.code
        : isErrorCode((error as { code?: unknown }).code)
          ? (error as { code: string }).code
          : 'INTERNAL'
    this.#ports.log.error('a run failed', { run: id, error })
    this.#ports.runs.move(id, 'failed', { error: { code, message: messageOf(error) } })
  }
}
