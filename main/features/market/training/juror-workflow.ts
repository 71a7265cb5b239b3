import { randomBytes } from 'node:crypto'
import { AbiCoder, keccak256 } from 'ethers'
import type { JobRow, TrainingWork } from '../../../../common/model/training-job.ts'
import { juryMoves, type JuryEvent, type JuryState } from '../../../../common/model/training-job-state.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import { JobTable, type SubjectJob } from '../../../core/job-table.ts'
import type { JobStore } from '../../../core/jobs.ts'
import type { ChainMonitor, SentStep } from '../../chain/index.ts'
import { ChainWorkflow, type ChainPorts } from '../../chain-workflow/index.ts'
import type { BlobStore, SealedFile } from '../../file-transfer/index.ts'
import { expectationOf, voteOn, type TrainingKind } from '../../../work/kinds/training/index.ts'
import { seenOfJob, type JobRepository } from './job-repository.ts'

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
export type JuryJob = SubjectJob<JuryState, JuryPayload>

export type JuryJobs = JobTable<JuryState, JuryEvent, JuryPayload>
export const juryJobs = (jobs: JobStore): JuryJobs => new JobTable(jobs, 'judge', juryMoves)

/** Who has shown no proof by this long before the end of the voting is taken to have none (chain seconds). */
const LAST_CALL_SECONDS = 7_200

interface Ports extends ChainPorts {
  readonly jobs: JuryJobs
  readonly reads: JobRepository
  readonly kind: TrainingKind
  readonly blobs: BlobStore
  readonly monitor: ChainMonitor
}

/**
 * Jury duty: executes the disputed segments again, votes under seal and reveals. A machine that cannot judge stays
 * silent.
 */
export class TrainingJurorWorkflow extends ChainWorkflow<JobRow, JuryState, JuryEvent, JuryPayload> {
  readonly #ports: Ports
  readonly #steps: Readonly<Record<JuryState, (job: JuryJob, row: JobRow) => void | Promise<void>>>

  constructor(ports: Ports) {
    super(ports, { name: 'training-juror', jobs: ports.jobs, everyMs: 2_000 })
    this.#ports = ports
    const nothing = (): void => {}
    this.#steps = {
      summoned: (job, row) => this.#await(job, row),
      judging: (job, row) =>
        this.background.run(
          row.id,
          () => this.#judge(job, row),
          () => this.poke(),
        ),
      voted: (job, row) => this.#vote(job, row),
      revealed: nothing,
      closed: nothing,
    }
  }

  protected rows(account: string): readonly JobRow[] {
    return this.#ports.reads.ofJuror(account)
  }

  protected row(id: number): JobRow | null {
    return this.#ports.reads.job(id)
  }

  protected seen(row: JobRow): string {
    return seenOfJob(row)
  }

  protected adopt({ id }: JobRow): void {
    this.jobs.report(
      this.jobs.open(id, 'summoned', { cases: [], guilty: null, salt: null, sent: null }),
      `Drawn as juror of job ${id}; waiting for the proof.`,
    )
  }

  protected advance(job: JuryJob, row: JobRow): void | Promise<void> {
    return row.state === 'defended' ? this.#steps[job.state](job, row) : this.#close(job)
  }

  /** A verification in the middle cannot be interrupted; it is done again. */
  protected override async halt(): Promise<void> {
    if (this.background.busy) await this.#ports.kind.engine.stop()
  }

  #secondsLeft({ deadline }: JobRow): number {
    return (deadline ?? Infinity) - (this.#ports.monitor.head?.time ?? 0)
  }

  #await(job: JuryJob, row: JobRow): void {
    const left = this.#secondsLeft(row)
    if (left >= 0 && left < LAST_CALL_SECONDS)
      this.#decide(job, true, 'withheld', 'Nobody has shown a proof that fits the commitment: guilty.')
  }

  async #vote(job: JuryJob, row: JobRow): Promise<void> {
    const account = this.#ports.account()
    const { guilty, salt } = job.payload
    if (account === null || guilty === null || salt === null) return
    if (this.#secondsLeft(row) >= 0)
      return this.send(job, row, {
        kind: 'voteJob',
        job: row.id,
        sealedVote: sealVote(row.id, account, guilty, salt),
      })
    const revealed = this.#ports.reads
      .jurors(row.id)
      .some(({ juror, guilty: seen }) => juror === account.toLowerCase() && seen !== null)
    if (revealed) this.jobs.move(job, 'revealed')
    else await this.send(job, row, { kind: 'revealVote', job: row.id, guilty, salt })
  }

  async #judge(job: JuryJob, row: JobRow): Promise<void> {
    const shown = job.payload.cases[0]
    if (!shown) return
    try {
      const verdict = await this.#ports.kind.engine.judge(
        row.id,
        shown.work,
        shown.base,
        shown,
        expectationOf(shown.work, row, this.#ports.reads.commitments(row.id), false),
      )
      const vote = voteOn(verdict)
      const why = verdict.failure?.why ?? ''
      if (vote === 'innocent')
        this.#decide(
          job,
          false,
          'decided',
          `All ${verdict.segments.length} drawn segments end where they were committed to end: innocent.`,
        )
      else if (vote === 'guilty') this.#decide(job, true, 'decided', `${why}: guilty.`)
      else await this.#discard(job, shown, why)
    } catch (error) {
      if (!(error instanceof HearthError)) throw error
      // An engine that was stopped judges again; anything else is the fault of what was shown.
      if (error.code !== 'ENGINE_GONE' && error.code !== 'ENGINE_BROKEN' && error.code !== 'ABORTED')
        await this.#discard(job, shown, error.message)
    }
  }

  async #discard(job: JuryJob, shown: ShownCase, why: string): Promise<void> {
    for (const file of [shown.data, shown.proof]) await this.#ports.blobs.remove(file.hash)
    this.jobs.report(job, `What one of the parties showed is not the case: ${why}`)
    const left = this.jobs.rewrite(job, (payload) => ({
      ...payload,
      cases: payload.cases.filter(({ party }) => party !== shown.party),
    }))
    await this.beginIfComplete(this.jobs.move(left, 'worthless'))
  }

  #decide(job: JuryJob, guilty: boolean, event: JuryEvent, words: string): void {
    // The salt is kept before the vote is sent, or it could never be revealed.
    this.jobs.move(this.jobs.amend(job, { guilty, salt: `0x${randomBytes(32).toString('hex')}` }), event, { words })
  }

  async #close(job: JuryJob): Promise<void> {
    await this.background.cancel(job.subjectId)
    await this.#ports.kind.engine.clear(
      job.subjectId,
      job.payload.cases.flatMap(({ data, proof }) => [data, proof]),
    )
    this.jobs.move(this.jobs.amend(job, { cases: [] }), 'closed', {
      words: 'The dispute is over; what was shown was deleted here.',
    })
  }

  /** Judges the first case of which everything is here. */
  async beginIfComplete(job: JuryJob): Promise<void> {
    if (job.state !== 'summoned') return
    for (const shown of job.payload.cases) {
      if (!(await this.#ports.blobs.has(shown.data.hash)) || !(await this.#ports.blobs.has(shown.proof.hash))) continue
      if (this.jobs.get(job.subjectId)?.state !== 'summoned') return
      this.jobs.move(
        this.jobs.amend(job, { cases: [shown, ...job.payload.cases.filter((other) => other !== shown)] }),
        'shown',
      )
      return this.poke()
    }
  }
}

/** The sealed vote as Training.vote wants it. */
const sealVote = (job: number, juror: string, guilty: boolean, salt: string): string =>
  keccak256(AbiCoder.defaultAbiCoder().encode(['uint256', 'address', 'bool', 'bytes32'], [job, juror, guilty, salt]))
