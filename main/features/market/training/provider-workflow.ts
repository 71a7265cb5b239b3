import type { Expectation } from '../../../../common/children/trainer.ts'
import type { Action } from '../../../../common/model/action.ts'
import { jobIsOver, type JobRow } from '../../../../common/model/training-job.ts'
import { messageOf } from '../../../../common/errors/index.ts'
import { pause, type Clock } from '../../../core/clock.ts'
import type { Service } from '../../../core/lifecycle.ts'
import type { Log } from '../../../core/log/log.ts'
import { Loop } from '../../../core/loop.ts'
import type { ChainMonitor, ChainSteps, Indexer } from '../../chain/index.ts'
import type { BlobStore } from '../../file-transfer/index.ts'
import type { CaseSender } from './case-sender.ts'
import { expectationOf } from './expectation.ts'
import type { JobEngine } from './job-engine.ts'
import type { JobRepository } from './job-repository.ts'
import { isTakenOn, NO_WORK_YET, type TrainingProviderJob, type TrainingProviderJobs } from './provider-job.ts'

const NOTE_EVERY_MS = 250
/** How long a finished result is kept for a customer who was away. */
const KEPT_MS = 30 * 86_400_000
/** The contract gives jurors as long again to reveal as to vote. */
const REVEAL_SECONDS = 86_400

interface Ports {
  readonly clock: Clock
  readonly jobs: TrainingProviderJobs
  readonly reads: JobRepository
  readonly engine: JobEngine
  readonly blobs: BlobStore
  readonly steps: ChainSteps
  readonly indexer: Indexer
  readonly monitor: ChainMonitor
  readonly account: () => string | null
  readonly cases: CaseSender
  readonly log: Log
}

/** The provider's side of training jobs once their work is here: trains, commits, proves and is paid by milestones. */
export class TrainingProviderWorkflow implements Service {
  readonly name = 'training-provider'
  readonly #ports: Ports
  readonly #log: Log
  readonly #loop: Loop
  #running: { job: number; abort: AbortController; done: Promise<void> } | undefined
  /** Why the machine is its owner's at present. */
  #paused: string | null = null

  constructor(ports: Ports) {
    this.#ports = ports
    this.#log = ports.log.child('training-provider')
    this.#loop = new Loop(() => this.#step(), 1_500, this.#log)
  }

  start(): Promise<void> {
    this.#loop.start((poke) => this.#ports.indexer.events.on('indexed', poke))
    return Promise.resolve()
  }

  async stop(): Promise<void> {
    await this.#loop.stop()
    this.#running?.abort.abort()
    // A graph in the middle cannot be interrupted; the job goes on from its last checkpoint.
    await this.#ports.engine.stop()
    await this.#running?.done
  }

  /** Looks at its jobs now rather than at the next block. */
  poke(): void {
    this.#loop.poke()
  }

  /** Gives the machine back to its owner after the layer at hand, or goes on. */
  setPaused(paused: string | null): void {
    if (this.#paused === paused) return
    this.#paused = paused
    if (paused) this.#running?.abort.abort()
    this.#loop.poke()
  }

  job(id: number): TrainingProviderJob | null {
    return this.#ports.jobs.get(id)
  }

  /** The job that keeps the machine busy. */
  get active(): TrainingProviderJob | null {
    return this.#ports.jobs.list().find(isTakenOn) ?? null
  }

  async #step(): Promise<void> {
    const account = this.#ports.account()
    if (!account) return
    for (const row of this.#ports.reads.ofProvider(account)) {
      if (!jobIsOver(row.state) && !this.#ports.jobs.get(row.id))
        this.#ports.jobs.report(
          this.#ports.jobs.open(row.id, 'placed', NO_WORK_YET),
          `Job ${row.id} arrived; waiting for the customer’s recipe and data.`,
        )
    }
    for (const job of this.#ports.jobs.list()) {
      if (job.state === 'closed') await this.#forget(job)
      const row = job.state === 'closed' ? null : this.#ports.reads.job(job.subjectId!)
      if (!row) continue
      try {
        await this.#advance(job, row)
      } catch (error) {
        this.#log.warn('a job’s step failed; it is tried again', { job: row.id, error })
      }
    }
  }

  async #advance(job: TrainingProviderJob, row: JobRow): Promise<void> {
    const now = this.#ports.monitor.head?.time ?? 0
    switch (row.state) {
      case 'open':
        if (job.state === 'ready') await this.#send(job, row, { kind: 'acceptJob', job: row.id })
        return
      case 'active':
        return this.#work(this.#follow(job, row), row)
      case 'committed':
        if ((this.#ports.monitor.head?.number ?? 0) > row.beaconBlock!)
          await this.#send(job, row, { kind: 'sampleJob', job: row.id })
        return
      case 'sampled':
        if (job.payload.proof?.beacon !== row.beacon) await this.#prove(job, row)
        else if (now > row.deadline!)
          await this.#send(
            job,
            row,
            { kind: 'passJob', job: row.id },
            'The customer has been silent for a day; the milestone is due.',
          )
        return
      case 'challenged':
        return this.#answerChallenge(job, row)
      case 'defended':
        if (now <= row.deadline!) await this.#faceJury(job, row)
        if (now > row.deadline! + REVEAL_SECONDS) await this.#send(job, row, { kind: 'ruleJob', job: row.id })
        return
      case 'passed':
      case 'slashed':
      case 'ended':
        return this.#close(job, row)
    }
  }

  /** Brings our side to where the chain is: accepted, or paid for a milestone. */
  #follow(job: TrainingProviderJob, row: JobRow): TrainingProviderJob {
    if (job.state === 'ready') {
      const moved = this.#ports.jobs.move(job, 'accepted')
      this.#ports.jobs.report(moved, `The job is ours; ${row.milestones} milestones.`)
      return moved
    }
    if ((job.state === 'proving' || job.state === 'disputed') && row.done > job.payload.done) {
      const { proof } = job.payload
      if (proof) void this.#ports.blobs.remove(proof.file.hash)
      const moved = this.#ports.jobs.move(job, 'paid')
      this.#ports.jobs.report(moved, `Milestone ${row.done} of ${row.milestones} is paid.`)
      return this.#ports.jobs.amend(moved, { done: row.done, proof: null, right: null })
    }
    return job
  }

  async #work(job: TrainingProviderJob, row: JobRow): Promise<void> {
    if (job.state === 'proving') {
      // Reached, not committed yet.
      const { root, checkpoints } = await this.#ports.engine.commitment(row.id)
      if (checkpoints > Math.max(1, row.checkpoints))
        await this.#send(
          job,
          row,
          { kind: 'commitJob', job: row.id, root: `0x${root}`, checkpoints },
          `Committing to ${checkpoints} checkpoints.`,
        )
      return
    }
    if (this.#running || job.payload.ended || (job.state !== 'training' && job.state !== 'paused')) return
    if (this.#paused) {
      if (job.state === 'training') this.#ports.jobs.move(job, 'paused', this.#paused)
      return
    }
    const current = job.state === 'paused' ? this.#ports.jobs.move(job, 'resumed') : job
    const abort = new AbortController()
    this.#running = {
      job: row.id,
      abort,
      done: this.#train(current, row, abort.signal).finally(() => ((this.#running = undefined), this.#loop.poke())),
    }
  }

  async #train(job: TrainingProviderJob, row: JobRow, signal: AbortSignal): Promise<void> {
    const work = job.payload.work!
    const until = work.milestones[row.done]!
    const { batch, data } = work.recipe
    const tokens = batch.sequences * batch.accumulation * data.sequenceLength
    this.#ports.jobs.report(
      job,
      job.payload.step > 0
        ? `Going on after step ${job.payload.step}, up to ${until}.`
        : `Training up to step ${until} of ${work.recipe.steps}.`,
    )
    let noted = 0
    try {
      const result = await this.#ports.engine.train(
        row.id,
        job.payload.base!,
        until,
        (entry) => {
          if (entry.kind !== 'step' || (performance.now() - noted < NOTE_EVERY_MS && entry.step < until)) return
          noted = performance.now()
          this.#ports.jobs.amend(job, {
            step: entry.step,
            loss: entry.loss,
            tokensPerSecond: (tokens * 1000) / entry.milliseconds,
          })
        },
        signal,
      )
      if (signal.aborted) return
      const reached = this.#ports.jobs.amend(job, {
        step: result.step,
        ended: result.ended && result.step < work.recipe.steps,
        memory: withPeak(job.payload.memory, result.peakBytes),
      })
      this.#ports.jobs.report(
        this.#ports.jobs.move(reached, 'reached'),
        result.ended ? 'The training is done.' : `Milestone ${row.done + 1} is reached.`,
      )
    } catch (error) {
      if (signal.aborted) return
      this.#log.warn('the engine failed; the job goes on from its last checkpoint', { job: row.id, error })
      this.#ports.jobs.report(job, `The engine stopped: ${messageOf(error)}. It goes on from its last checkpoint.`)
      await pause(500, signal)
    }
  }

  #expected(job: TrainingProviderJob, row: JobRow): Expectation {
    return expectationOf(job.payload.work!, row, this.#ports.reads.commitments(row.id), false)
  }

  async #prove(job: TrainingProviderJob, row: JobRow): Promise<void> {
    const { from } = this.#expected(job, row)
    const file = await this.#ports.engine.prove(row.id, row.beacon!, from)
    this.#ports.jobs.amend(job, { proof: { beacon: row.beacon!, file } })
    this.#ports.jobs.report(job, 'The sample is drawn; the proof is ready for the customer.')
  }

  async #faceJury(job: TrainingProviderJob, row: JobRow): Promise<void> {
    if (this.#ports.reads.jurors(row.id).length === 0) await this.#send(job, row, { kind: 'drawJury', job: row.id })
    else this.#ports.cases.show(row, job.payload.work!, this.#ports.engine.evidence(row.id))
  }

  /** Stands by its work only where it can execute it again itself: a bond behind a broken machine would be lost. */
  async #answerChallenge(job: TrainingProviderJob, row: JobRow): Promise<void> {
    const current = job.state === 'proving' ? this.#ports.jobs.move(job, 'challenged') : job
    const right = current.payload.right ?? (await this.#checkOwn(current, row))
    if (right) await this.#send(current, row, { kind: 'defendJob', job: row.id })
  }

  async #checkOwn(job: TrainingProviderJob, row: JobRow): Promise<boolean> {
    this.#ports.jobs.report(job, 'The customer says that the work is wrong; executing it again here.')
    const { passed, failure } = await this.#ports.engine.check(row.id, job.payload.base!, this.#expected(job, row))
    this.#ports.jobs.report(
      job,
      passed
        ? 'It is right: asking for a jury.'
        : `It is wrong here as well (${failure!.why}). The stake is lost; have this machine’s memory and processor checked.`,
    )
    this.#ports.jobs.amend(job, { right: passed })
    return passed
  }

  async #close(job: TrainingProviderJob, row: JobRow): Promise<void> {
    if (this.#running?.job === row.id) {
      this.#running.abort.abort()
      await this.#running.done
    }
    const { files, proof } = job.payload
    await this.#ports.cases.drop(row.id)
    // A customer who was away may still fetch what was paid for.
    const kept = row.state === 'passed' ? proof : null
    await this.#ports.engine.clear(row.id, [
      files?.data ?? null,
      files?.start ?? null,
      kept ? null : (proof?.file ?? null),
    ])
    const closed = this.#ports.jobs.amend(this.#ports.jobs.move(job, 'closed', row.state), {
      done: row.done,
      proof: kept,
    })
    const words = {
      passed: 'All milestones are paid; the stake is back.',
      slashed: 'The stake is lost.',
      ended: 'The job is over; finished milestones stay paid.',
    }[row.state as 'passed' | 'slashed' | 'ended']
    this.#ports.jobs.report(closed, `${words} The customer’s data and the adapter were deleted here.`)
  }

  async #forget(job: TrainingProviderJob): Promise<void> {
    const { proof } = job.payload
    if (!proof || this.#ports.clock.now() - job.updated < KEPT_MS) return
    await this.#ports.blobs.remove(proof.file.hash)
    this.#ports.jobs.amend(job, { proof: null })
  }

  async #send(job: TrainingProviderJob, row: JobRow, action: Action, words?: string): Promise<void> {
    const current = this.#ports.jobs.get(row.id) ?? job
    const sent = await this.#ports.steps.send(`${row.state} ${row.done}`, current.payload.sent, action)
    if (!sent) return
    this.#ports.jobs.amend(current, { sent })
    if (words) this.#ports.jobs.report(current, words)
  }
}

const withPeak = (
  memory: TrainingProviderJob['payload']['memory'],
  peak: number | null,
): TrainingProviderJob['payload']['memory'] =>
  memory && { ...memory, peak: peak === null ? memory.peak : Math.max(memory.peak ?? 0, peak) }
