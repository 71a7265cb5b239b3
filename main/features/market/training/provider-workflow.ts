import type { TrainingProviderEvent, TrainingProviderState } from '../../../../common/model/training-job-state.ts'
import type { Expectation } from '../../../../common/children/trainer.ts'
import { type JobRow, type JobState, type TrainingWork } from '../../../../common/model/training-job.ts'
import { plain, type JobSaying } from '../../../../common/model/job-saying-names.ts'
import { failureOf } from '../../../../common/model/sayings.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import type { Clock } from '../../../core/clock.ts'
import type { ChainMonitor } from '../../chain/index.ts'
import { ProviderWorkflow, type ChainPorts } from '../../chain-workflow/index.ts'
import type { BlobStore } from '../../file-transfer/index.ts'
import type { CaseSender } from './case-sender.ts'
import type { Disputes } from './disputes.ts'
import type { AnyWorkKind } from '../../../work/index.ts'
import { expectationOf, type TrainingKind, type TrainingProgress } from '../../../work/kinds/training/index.ts'
import type { JobRepository } from './job-repository.ts'
import {
  isTakenOn,
  NO_WORK_YET,
  type TrainingProviderJob,
  type TrainingProviderJobs,
  type TrainingProviderPayload,
} from './provider-job.ts'
import { seenOfJob } from './job-repository.ts'

const NOTE_EVERY_MS = 250
/** How long a finished result is kept for a customer who was away. */
const KEPT_MS = 30 * 86_400_000

interface Ports extends ChainPorts {
  readonly clock: Clock
  readonly jobs: TrainingProviderJobs
  readonly reads: JobRepository
  readonly disputes: Disputes
  readonly kind: TrainingKind
  readonly blobs: BlobStore
  readonly monitor: ChainMonitor
  readonly cases: CaseSender
}

type Reached = Extract<TrainingProgress, { kind: 'reached' }>
type Step = (job: TrainingProviderJob, row: JobRow) => void | Promise<void>

/** The provider's side of training jobs once their work is here: trains, commits, proves and is paid by milestones. */
export class TrainingProviderWorkflow extends ProviderWorkflow<
  JobRow,
  TrainingProviderState,
  TrainingProviderEvent,
  TrainingProviderPayload
> {
  readonly #ports: Ports
  /** What is to be done where the chain has the job. */
  readonly #steps: Readonly<Record<JobState, Step>>

  constructor(ports: Ports) {
    super(ports, { name: 'training-provider', jobs: ports.jobs, everyMs: 1_500 })
    this.#ports = ports
    this.#steps = {
      open: (job, row) => (job.state === 'ready' ? this.send(job, row, { kind: 'acceptJob', job: row.id }) : undefined),
      active: (job, row) => this.#goOn(this.#catchUp(job, row), row),
      committed: (job, row) =>
        (ports.monitor.head?.number ?? 0) > (row.beaconBlock ?? Infinity)
          ? this.send(job, row, { kind: 'sampleJob', job: row.id })
          : undefined,
      sampled: (job, row) => this.#sampled(job, row),
      challenged: (job, row) => this.#answerChallenge(job, row),
      defended: (job, row) => this.#defended(job, row),
      passed: (job, row) => this.#close(job, row, plain('jobPaid')),
      slashed: (job, row) => this.#close(job, row, plain('stakeLost')),
      ended: (job, row) => this.#close(job, row, plain('jobOverHere')),
    }
  }

  protected rows(account: string): readonly JobRow[] {
    return this.#ports.reads.openOfProvider(account)
  }

  protected row(id: number): JobRow | null {
    return this.#ports.reads.job(id)
  }

  protected seen(row: JobRow): string {
    return `${seenOfJob(row)} ${this.#ports.disputes.seen(row)}`
  }

  protected isTakenOn(job: TrainingProviderJob): boolean {
    return isTakenOn(job)
  }

  /** A job holds its memory and the machine's promise also while it waits for the chain. */
  protected isAtWork(): boolean {
    return true
  }

  protected kindOf(): AnyWorkKind {
    return this.#ports.kind
  }

  protected adopt({ id }: JobRow): void {
    this.jobs.report(this.jobs.open(id, 'placed', NO_WORK_YET), { code: 'jobArrived', args: { job: id } })
  }

  protected advance(job: TrainingProviderJob, row: JobRow): void | Promise<void> {
    return this.#steps[row.state](job, row)
  }

  /** Results that nobody has fetched for so long are deleted. */
  protected override async tend(): Promise<void> {
    for (const job of this.jobs.list()) if (job.state === 'closed') await this.#forget(job)
  }

  /** A graph in the middle cannot be interrupted; the job goes on from its last checkpoint. */
  protected override halt(): Promise<void> {
    return this.#ports.kind.engine.stop()
  }

  async #sampled(job: TrainingProviderJob, row: JobRow): Promise<void> {
    if (job.payload.proof?.beacon !== row.beacon) return this.#prove(job, row)
    if (this.#isPast(row)) await this.send(job, row, { kind: 'passJob', job: row.id }, plain('customerSilent'))
  }

  /** Shows the jurors the case, takes the dispute further, and appeals where the work is right by its own account. */
  async #defended(job: TrainingProviderJob, row: JobRow): Promise<void> {
    const at = this.#ports.disputes.of(row)
    if (!at) return
    this.#ports.cases.show(row, takenWork(job).work, this.#ports.kind.engine.evidence(row.id), at.seats)
    if (at.step) return this.send(job, row, at.step)
    if (at.lostBy === 'accused' && job.payload.right === true && this.#ports.disputes.canAppeal(at, row.provider))
      await this.send(job, row, { kind: 'appealDispute', dispute: at.dispute.id }, plain('appealing'))
  }

  /** Whether the chain's clock is past the end of the job's present state. */
  #isPast({ deadline }: JobRow): boolean {
    return (this.#ports.monitor.head?.time ?? 0) > (deadline ?? Infinity)
  }

  /** Brings our side to where the chain is: accepted, or paid for a milestone. */
  #catchUp(job: TrainingProviderJob, row: JobRow): TrainingProviderJob {
    if (job.state === 'ready') {
      return this.jobs.move(job, 'accepted', { words: { code: 'jobOurs', args: { count: row.milestones } } })
    }
    if ((job.state === 'proving' || job.state === 'disputed') && row.done > job.payload.done) {
      const { proof } = job.payload
      if (proof) void this.#ports.blobs.remove(proof.file.hash)
      const moved = this.jobs.move(job, 'paid', {
        words: { code: 'milestonePaid', args: { done: row.done, count: row.milestones } },
      })
      return this.jobs.amend(moved, { done: row.done, proof: null, right: null })
    }
    return job
  }

  async #goOn(job: TrainingProviderJob, row: JobRow): Promise<void> {
    if (job.state === 'proving') return this.#commit(job, row)
    if (job.state === 'training' || job.state === 'paused')
      this.work(job, {
        execute: (signal) => this.#train(job, row, signal),
        failed: (error) => ({ code: 'engineFailed', args: { failure: failureOf(error) } }),
      })
  }

  /** A milestone that is reached, and not committed to yet. */
  async #commit(job: TrainingProviderJob, row: JobRow): Promise<void> {
    const { root, checkpoints } = await this.#ports.kind.engine.commitment(row.id)
    if (checkpoints > Math.max(1, row.checkpoints))
      await this.send(
        job,
        row,
        { kind: 'commitJob', job: row.id, root: `0x${root}`, checkpoints },
        { code: 'committing', args: { count: checkpoints } },
      )
  }

  async #train(job: TrainingProviderJob, row: JobRow, signal: AbortSignal): Promise<void> {
    const { work, base } = takenWork(job)
    const until = work.milestones[row.done] ?? work.recipe.steps
    this.jobs.report(
      job,
      job.payload.step > 0
        ? { code: 'trainingOn', args: { step: job.payload.step, until } }
        : { code: 'training', args: { until, steps: work.recipe.steps } },
    )
    let noted = 0
    const { kind } = this.#ports
    const context = { folder: kind.engine.folder(row.id), spec: work, base, until }
    for await (const progress of kind.execute(context, signal)) {
      if (signal.aborted) return
      if (progress.kind === 'reached') this.#reached(job, row, progress)
      else {
        const { entry } = progress
        if (entry.kind !== 'step' || (performance.now() - noted < NOTE_EVERY_MS && entry.step < until)) continue
        noted = performance.now()
        const { done, rate } = kind.progressed(work, progress)
        this.jobs.amend(job, { step: done, loss: entry.loss, tokensPerSecond: rate })
      }
    }
  }

  #reached(job: TrainingProviderJob, row: JobRow, { step, peakBytes }: Reached): void {
    const reached = this.jobs.amend(job, {
      step,
      memory: withPeak(job.payload.memory, peakBytes),
    })
    this.jobs.move(reached, 'reached', {
      words:
        row.done + 1 === row.milestones
          ? plain('trainingDone')
          : { code: 'milestoneReached', args: { milestone: row.done + 1 } },
    })
  }

  #expected(job: TrainingProviderJob, row: JobRow): Expectation {
    return expectationOf(takenWork(job).work, row, this.#ports.reads.commitments(row.id), false)
  }

  async #prove(job: TrainingProviderJob, row: JobRow): Promise<void> {
    const { from } = this.#expected(job, row)
    if (row.beacon === null) return
    const file = await this.#ports.kind.engine.prove(row.id, row.beacon, from)
    this.jobs.amend(job, { proof: { beacon: row.beacon, file } })
    this.jobs.report(job, plain('proofReady'))
  }

  /** Stands by its work only where it can execute it again itself: a bond behind a broken machine would be lost. */
  async #answerChallenge(job: TrainingProviderJob, row: JobRow): Promise<void> {
    const current = job.state === 'proving' ? this.jobs.move(job, 'challenged') : job
    const right = current.payload.right ?? (await this.#checkOwn(current, row))
    if (right) await this.send(current, row, { kind: 'defendJob', job: row.id })
  }

  async #checkOwn(job: TrainingProviderJob, row: JobRow): Promise<boolean> {
    this.jobs.report(job, plain('checkingOwn'))
    const { passed, failure } = await this.#ports.kind.engine.check(
      row.id,
      takenWork(job).base,
      this.#expected(job, row),
    )
    this.jobs.report(job, passed ? plain('ownRight') : { code: 'ownWrong', args: { why: failure?.why ?? '' } })
    this.jobs.amend(job, { right: passed })
    return passed
  }

  async #close(job: TrainingProviderJob, row: JobRow, words: JobSaying): Promise<void> {
    await this.background.cancel(row.id)
    const { files, proof } = job.payload
    await this.#ports.cases.drop(row.id)
    // A customer who was away may still fetch what was paid for.
    const kept = row.state === 'passed' ? proof : null
    await this.#ports.kind.engine.clear(row.id, [
      files?.data ?? null,
      files?.start ?? null,
      kept ? null : (proof?.file ?? null),
    ])
    const closed = this.jobs.move(this.jobs.amend(job, { done: row.done, proof: kept }), 'closed', {
      reason: words,
      words,
    })
    this.jobs.report(closed, plain('deletedHere'))
  }

  async #forget(job: TrainingProviderJob): Promise<void> {
    const { proof } = job.payload
    if (!proof || this.#ports.clock.now() - job.updated < KEPT_MS) return
    await this.#ports.blobs.remove(proof.file.hash)
    this.jobs.amend(job, { proof: null })
  }
}

function takenWork({ payload: { work, base } }: TrainingProviderJob): { work: TrainingWork; base: string } {
  if (!work || base === null) throw new HearthError('NOT_FOUND', 'this job’s recipe has not arrived')
  return { work, base }
}

const withPeak = (
  memory: TrainingProviderJob['payload']['memory'],
  peak: number | null,
): TrainingProviderJob['payload']['memory'] =>
  memory && { ...memory, peak: peak === null ? memory.peak : Math.max(memory.peak ?? 0, peak) }
