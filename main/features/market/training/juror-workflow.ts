import { randomBytes } from 'node:crypto'
import { AbiCoder, keccak256 } from 'ethers'
import type { Action } from '../../../../common/model/action.ts'
import type { JobRow, TrainingWork } from '../../../../common/model/training-job.ts'
import { nextJury, type JuryEvent, type JuryState } from '../../../../common/model/training-job-state.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import type { Job, JobStore } from '../../../core/jobs.ts'
import type { Service } from '../../../core/lifecycle.ts'
import type { Log } from '../../../core/log/log.ts'
import { Loop } from '../../../core/loop.ts'
import type { ChainMonitor, ChainSteps, Indexer, SentStep } from '../../chain/index.ts'
import type { BlobStore, SealedFile } from '../../file-transfer/index.ts'
import { expectationOf } from './expectation.ts'
import { JobTable } from '../../../core/job-table.ts'
import type { JobEngine } from './job-engine.ts'
import type { JobRepository } from './job-repository.ts'

interface ShownCase {
  readonly party: string
  readonly work: TrainingWork
  readonly base: string
  readonly data: SealedFile
  readonly proof: SealedFile
}

export interface JuryPayload {
  /** What the parties have shown; one that was worthless is dropped. */
  readonly cases: readonly ShownCase[]
  readonly guilty: boolean | null
  /** Hides the vote until it is revealed. */
  readonly salt: string | null
  readonly sent: SentStep | null
}
export type JuryJob = Job<JuryPayload>

export type JuryJobs = JobTable<JuryState, JuryEvent, JuryPayload>
export const juryJobs = (jobs: JobStore): JuryJobs => new JobTable(jobs, 'judge', nextJury)

/** Who has shown no proof by this long before the end of the voting is taken to have none (chain seconds). */
const LAST_CALL_SECONDS = 7_200
/** Checks whose failure the committed checkpoints themselves prove; any other may be the fault of who showed the case. */
const provenGuilt: ReadonlySet<string> = new Set(['segment', 'start'])

interface Ports {
  readonly jobs: JuryJobs
  readonly reads: JobRepository
  readonly engine: JobEngine
  readonly blobs: BlobStore
  readonly steps: ChainSteps
  readonly indexer: Indexer
  readonly monitor: ChainMonitor
  readonly account: () => string | null
  readonly log: Log
}

/** Jury duty: executes the disputed segments again, votes under seal and reveals. A machine that cannot judge stays silent. */
export class TrainingJurorWorkflow implements Service {
  readonly name = 'training-juror'
  readonly #ports: Ports
  readonly #log: Log
  readonly #loop: Loop
  readonly #judging = new Map<number, Promise<void>>()

  constructor(ports: Ports) {
    this.#ports = ports
    this.#log = ports.log.child('training-juror')
    this.#loop = new Loop(() => this.#step(), 2_000, this.#log)
  }

  start(): Promise<void> {
    this.#loop.start((poke) => this.#ports.indexer.events.on('indexed', poke))
    return Promise.resolve()
  }

  async stop(): Promise<void> {
    await this.#loop.stop()
    // A verification in the middle cannot be interrupted; it is done again.
    if (this.#judging.size > 0) await this.#ports.engine.stop()
    await Promise.all(this.#judging.values())
  }

  job(id: number): JuryJob | null {
    return this.#ports.jobs.get(id)
  }

  jobs(): JuryJob[] {
    return this.#ports.jobs.list()
  }

  async #step(): Promise<void> {
    const account = this.#ports.account()
    if (!account) return
    for (const row of this.#ports.reads.ofJuror(account)) {
      if (!this.#ports.jobs.get(row.id))
        this.#ports.jobs.report(
          this.#ports.jobs.open(row.id, 'summoned', { cases: [], guilty: null, salt: null, sent: null }),
          `Drawn as juror of job ${row.id}; waiting for the proof.`,
        )
    }
    for (const job of this.#ports.jobs.list()) {
      const row = job.state === 'closed' ? null : this.#ports.reads.job(job.subjectId!)
      if (!row) continue
      try {
        if (row.state === 'defended') await this.#advance(job, row, account)
        else await this.#close(job)
      } catch (error) {
        this.#log.warn('a juror’s step failed; it is tried again', { job: row.id, error })
      }
    }
  }

  async #advance(job: JuryJob, row: JobRow, account: string): Promise<void> {
    const now = this.#ports.monitor.head?.time ?? 0
    const voting = now <= row.deadline!
    switch (job.state as JuryState) {
      case 'summoned':
        if (voting && now > row.deadline! - LAST_CALL_SECONDS)
          this.#decide(job, true, 'withheld', 'Nobody has shown a proof that fits the commitment: guilty.')
        return
      case 'judging':
        if (!this.#judging.has(row.id))
          this.#judging.set(
            row.id,
            this.#judge(job, row).finally(() => (this.#judging.delete(row.id), this.#loop.poke())),
          )
        return
      case 'voted': {
        const { guilty, salt } = job.payload
        if (voting)
          return this.#send(job, row, {
            kind: 'voteJob',
            job: row.id,
            sealedVote: sealVote(row.id, account, guilty!, salt!),
          })
        if (
          this.#ports.reads
            .jurors(row.id)
            .some(({ juror, guilty: seen }) => juror === account.toLowerCase() && seen !== null)
        )
          this.#ports.jobs.move(job, 'revealed')
        else await this.#send(job, row, { kind: 'revealVote', job: row.id, guilty: guilty!, salt: salt! })
        return
      }
      case 'revealed':
      case 'closed':
    }
  }

  async #judge(job: JuryJob, row: JobRow): Promise<void> {
    const shown = job.payload.cases[0]!
    try {
      const verdict = await this.#ports.engine.judge(
        row.id,
        shown.work,
        shown.base,
        shown,
        expectationOf(shown.work, row, this.#ports.reads.commitments(row.id), false),
      )
      const check = verdict.failure?.check
      if (verdict.passed)
        this.#decide(
          job,
          false,
          'decided',
          `All ${verdict.segments.length} drawn segments end where they were committed to end: innocent.`,
        )
      else if (provenGuilt.has(check!)) this.#decide(job, true, 'decided', `${verdict.failure!.why}: guilty.`)
      else await this.#discard(job, shown, verdict.failure!.why)
    } catch (error) {
      if (!(error instanceof HearthError)) throw error
      // An engine that was stopped judges again; anything else is the fault of what was shown.
      if (error.code !== 'ENGINE_GONE' && error.code !== 'ENGINE_BROKEN' && error.code !== 'ABORTED')
        await this.#discard(job, shown, error.message)
    }
  }

  async #discard(job: JuryJob, shown: ShownCase, why: string): Promise<void> {
    for (const file of [shown.data, shown.proof]) await this.#ports.blobs.remove(file.hash)
    this.#ports.jobs.report(job, `What one of the parties showed is not the case: ${why}`)
    const cases = this.#ports.jobs.get(job.subjectId!)!.payload.cases.filter(({ party }) => party !== shown.party)
    this.#ports.jobs.move(this.#ports.jobs.amend(job, { cases }), 'worthless')
    await this.beginIfComplete(this.#ports.jobs.get(job.subjectId!)!)
  }

  #decide(job: JuryJob, guilty: boolean, event: JuryEvent, words: string): void {
    // The salt is kept before the vote is sent, or it could never be revealed.
    this.#ports.jobs.report(
      this.#ports.jobs.move(
        this.#ports.jobs.amend(job, { guilty, salt: `0x${randomBytes(32).toString('hex')}` }),
        event,
      ),
      words,
    )
  }

  async #close(job: JuryJob): Promise<void> {
    await this.#judging.get(job.subjectId!)
    await this.#ports.engine.clear(
      job.subjectId!,
      job.payload.cases.flatMap(({ data, proof }) => [data, proof]),
    )
    this.#ports.jobs.report(
      this.#ports.jobs.move(this.#ports.jobs.amend(job, { cases: [] }), 'closed'),
      'The dispute is over; what was shown was deleted here.',
    )
  }

  /** Judges the first case of which everything is here. */
  async beginIfComplete(job: JuryJob): Promise<void> {
    if (job.state !== 'summoned') return
    for (const shown of job.payload.cases) {
      if (!(await this.#ports.blobs.has(shown.data.hash)) || !(await this.#ports.blobs.has(shown.proof.hash))) continue
      if (this.#ports.jobs.get(job.subjectId!)!.state !== 'summoned') return
      this.#ports.jobs.move(
        this.#ports.jobs.amend(job, { cases: [shown, ...job.payload.cases.filter((other) => other !== shown)] }),
        'shown',
      )
      return this.#loop.poke()
    }
  }

  async #send(job: JuryJob, row: JobRow, action: Action): Promise<void> {
    const sent = await this.#ports.steps.send(`${row.state} ${row.done}`, job.payload.sent, action)
    if (sent) this.#ports.jobs.amend(job, { sent })
  }
}

/** The sealed vote as Training.vote wants it. */
const sealVote = (job: number, juror: string, guilty: boolean, salt: string): string =>
  keccak256(AbiCoder.defaultAbiCoder().encode(['uint256', 'address', 'bool', 'bytes32'], [job, juror, guilty, salt]))
