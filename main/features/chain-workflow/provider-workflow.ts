import type { JobSaying } from '../../../common/model/job-saying-names.ts'
import { pause } from '../../core/clock.ts'
import type { SubjectJob } from '../../core/job-table.ts'
import type { AnyWorkKind } from '../../work/index.ts'
import type { SentStep } from '../chain/index.ts'
import { ChainWorkflow, type ChainRow } from './chain-workflow.ts'

interface EngineWork {
  /** Ends early, without error, when the signal aborts. */
  readonly execute: (signal: AbortSignal) => Promise<void>
  /** What the job's log says of an engine that failed. */
  readonly failed: (error: unknown) => JobSaying
}

/** A side that computes: one job at a time has the machine, and gives it back whenever its owner wants it. */
export abstract class ProviderWorkflow<
  Row extends ChainRow,
  State extends string,
  Event extends string,
  Payload extends { readonly sent: SentStep | null },
> extends ChainWorkflow<Row, State | 'paused', Event | 'paused' | 'resumed', Payload> {
  /** Why the machine is its owner's at present. */
  #paused: string | null = null

  /** Whether a job keeps the machine from others. */
  protected abstract isTakenOn(job: SubjectJob<State | 'paused', Payload>): boolean

  /** Whether a job that is taken on has the machine compute at present. */
  protected abstract isAtWork(job: SubjectJob<State | 'paused', Payload>): boolean

  /** Of which kind the work of a job is; null where it is not known yet, or not known here. */
  protected abstract kindOf(job: SubjectJob<State | 'paused', Payload>): AnyWorkKind | null

  /** The job that keeps the machine busy. */
  get active(): SubjectJob<State | 'paused', Payload> | null {
    return this.jobs.unfinished().find((job) => this.isTakenOn(job)) ?? null
  }

  /** The active job, while the machine computes for it. */
  get atWork(): SubjectJob<State | 'paused', Payload> | null {
    const { active } = this
    return active && this.isAtWork(active) ? active : null
  }

  /** Whether an engine works on the active job at this moment. */
  get computes(): boolean {
    return this.background.busy
  }

  /** What the machine computes at present, in the words of its kind. */
  get running(): { readonly kind: string; readonly id: number; readonly words: string } | null {
    const job = this.atWork
    const kind = job && this.kindOf(job)
    return job && kind && { kind: kind.type, id: job.subjectId, words: kind.running(job.subjectId) }
  }

  /** Gives the machine back to its owner after the batch or layer at hand, or goes on. */
  setPaused(paused: string | null): void {
    if (this.#paused === paused) return
    this.#paused = paused
    if (paused !== null) this.background.abort()
    this.poke()
  }

  /** Lets the engine work on a job that is running or paused, unless it works already or is the owner's. */
  protected work(job: SubjectJob<State | 'paused', Payload>, { execute, failed }: EngineWork): void {
    if (this.background.busy) return
    if (this.#paused !== null) {
      if (job.state !== 'paused')
        this.jobs.move(job, 'paused', { reason: { code: 'paused', args: { reason: this.#paused } } })
      return
    }
    const current = job.state === 'paused' ? this.jobs.move(job, 'resumed') : job
    this.background.run(
      job.subjectId,
      async (signal) => {
        try {
          await execute(signal)
        } catch (error) {
          if (signal.aborted) return
          this.log.warn('the engine failed; the job goes on from what was kept', { job: job.subjectId, error })
          this.jobs.report(current, failed(error))
          await pause(500, signal)
        }
      },
      () => this.poke(),
    )
  }
}
