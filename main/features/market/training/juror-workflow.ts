import { randomBytes } from 'node:crypto'
import { AbiCoder, keccak256 } from 'ethers'
import { seenOfDispute, stepOf, type DisputeRow, type SeatRow } from '../../../../common/model/dispute.ts'
import { plain, type JobSaying } from '../../../../common/model/job-saying-names.ts'
import { failureOf } from '../../../../common/model/sayings.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import type { JobRow, TrainingWork } from '../../../../common/model/training-job.ts'
import { juryMoves, type JuryEvent, type JuryState } from '../../../../common/model/training-job-state.ts'
import { JobTable, type SubjectJob } from '../../../core/job-table.ts'
import type { JobStore } from '../../../core/jobs.ts'
import { pause } from '../../../core/clock.ts'
import type { ChainMonitor, SentStep } from '../../chain/index.ts'
import { ChainWorkflow, type ChainPorts } from '../../chain-workflow/index.ts'
import type { BlobStore, SealedFile } from '../../file-transfer/index.ts'
import { expectationOf, isBrokenProof, voteOn, type TrainingKind } from '../../../work/kinds/training/index.ts'
import type { DisputeRepository } from './dispute-repository.ts'
import type { JobRepository } from './job-repository.ts'
import { Presence } from './presence.ts'

interface ShownCase {
  readonly party: string
  readonly work: TrainingWork
  readonly base: string
  readonly data: SealedFile
  readonly proof: SealedFile
}

export interface JuryPayload {
  /** The jury that it was last drawn into: 0, or an appeal's. */
  readonly round: number
  /** What the parties have shown; one that was worthless is dropped. */
  readonly cases: readonly ShownCase[]
  /** Parties by how often what they showed was worthless. */
  readonly worthless: Readonly<Record<string, number>>
  readonly guilty: boolean | null
  /** Hides the vote until it is revealed. */
  readonly salt: string | null
  readonly sent: SentStep | null
}
/** By the dispute's number. */
export type JuryJob = SubjectJob<JuryState, JuryPayload>

export type JuryJobs = JobTable<JuryState, JuryEvent, JuryPayload>
export const juryJobs = (jobs: JobStore): JuryJobs => new JobTable(jobs, 'judge', juryMoves)

/** A seat of this machine with the dispute and the job that it is about. */
export interface OwnSeat {
  /** The dispute's. */
  readonly id: number
  readonly job: JobRow
  readonly dispute: DisputeRow
  /** Of the newest jury that this machine was drawn into. */
  readonly seat: SeatRow
  /** The dispute's: a vote is revealed once the end of the voting is final, or its time is nearly over. */
  readonly transactions: DisputeRow['transactions']
  readonly deadline: number | null
}

/** By so many chain seconds before its time to vote is over a juror that was shown nothing decides. */
const LAST_CALL_SECONDS = 7_200
/** What is withheld is found by who could be shown it for so long (chain seconds). */
const PRESENT_SECONDS = 43_200
/** So many worthless cases of one party are looked at. */
const MOST_WORTHLESS = 3

interface Ports extends ChainPorts {
  readonly jobs: JuryJobs
  readonly reads: JobRepository
  readonly disputes: DisputeRepository
  readonly kind: TrainingKind
  readonly blobs: BlobStore
  readonly monitor: ChainMonitor
  /** This machine's number on the chain; null where it is not registered. */
  readonly machine: () => number | null
  /** Whether others can reach this machine at present. */
  readonly reachable: () => boolean
}

/**
 * Jury duty: executes the disputed segments again, votes under seal and reveals. A machine that cannot tell abstains,
 * and another one is drawn in its place.
 */
export class TrainingJurorWorkflow extends ChainWorkflow<OwnSeat, JuryState, JuryEvent, JuryPayload> {
  readonly #ports: Ports
  readonly #presence = new Presence()
  readonly #steps: Readonly<Record<JuryState, (job: JuryJob, row: OwnSeat) => void | Promise<void>>>

  constructor(ports: Ports) {
    super(ports, { name: 'training-juror', jobs: ports.jobs, everyMs: 2_000 })
    this.#ports = ports
    const nothing = (): void => {}
    this.#steps = {
      summoned: (job, row) => this.#await(job, row),
      judging: (job, row) =>
        this.background.run(
          row.id,
          (signal) => this.#judge(job, row, signal),
          () => this.poke(),
        ),
      voted: (job, row) => this.#vote(job, row),
      abstaining: (job, row) => this.#abstain(job, row),
      revealed: nothing,
      closed: nothing,
    }
  }

  protected rows(): readonly OwnSeat[] {
    const machine = this.#ports.machine()
    if (machine === null) return []
    return this.#ports.disputes.openWithSeat(machine).flatMap((dispute) => this.row(dispute) ?? [])
  }

  protected row(id: number): OwnSeat | null {
    const machine = this.#ports.machine()
    const dispute = this.#ports.disputes.dispute(id)
    const seat = machine === null ? null : this.#ports.disputes.seatOf(id, machine)
    const job = this.#ports.reads.ofDispute(id)
    if (!dispute || !seat || !job) return null
    return { id, dispute, seat, job, transactions: dispute.transactions, deadline: dispute.deadline }
  }

  protected seen({ dispute, seat }: OwnSeat): string {
    return seenOfDispute(dispute, [seat])
  }

  protected adopt({ id, job, seat: { round } }: OwnSeat): void {
    this.jobs.report(
      this.jobs.open(id, 'summoned', { round, cases: [], worthless: {}, guilty: null, salt: null, sent: null }),
      { code: 'juryDrawn', args: { job: job.id } },
    )
  }

  protected async advance(job: JuryJob, row: OwnSeat): Promise<void> {
    this.#presence.note(row.id, this.#ports.reachable() ? this.#now : null)
    if (row.dispute.state === 'closed') return this.#close(job)
    if (row.seat.round > job.payload.round) return this.#redraw(job, row)
    await this.#steps[job.state](job, row)
  }

  /** A verification in the middle cannot be interrupted; it is done again. */
  protected override async halt(): Promise<void> {
    if (this.background.busy) await this.#ports.kind.engine.stop()
  }

  get #now(): number {
    return this.#ports.monitor.head?.time ?? 0
  }

  #redraw(job: JuryJob, { seat: { round } }: OwnSeat): void {
    const again = this.jobs.amend(job, { round, salt: null })
    this.jobs.move(again, 'redrawn', { words: plain('juryRedrawn') })
    this.poke()
  }

  #await(job: JuryJob, { id, seat }: OwnSeat): void {
    if (job.payload.guilty !== null) return this.#decide(job, job.payload.guilty, plain('votedBefore'))
    const left = seat.until - this.#now
    if (seat.state !== 'drawn' || left < 0 || left >= LAST_CALL_SECONDS) return
    if (this.#presence.seconds(id, this.#now) >= PRESENT_SECONDS) this.#decide(job, true, plain('withheld'))
    else this.unable(job, plain('notShown'))
  }

  async #vote(job: JuryJob, row: OwnSeat): Promise<void> {
    const { guilty, salt, round } = job.payload
    if (guilty === null || salt === null) return
    const { id, seat, dispute } = row
    if (seat.state === 'drawn' && dispute.state === 'voting' && seat.until >= this.#now)
      return this.send(job, row, {
        kind: 'castVote',
        dispute: id,
        machine: seat.machine,
        sealedVote: sealVote(id, round, seat.machine, guilty, salt),
      })
    if (seat.state === 'guilty' || seat.state === 'innocent') return void this.jobs.move(job, 'revealed')
    if (seat.state === 'sealed' && dispute.state === 'revealing')
      await this.send(job, row, { kind: 'revealVote', dispute: id, machine: seat.machine, guilty, salt })
  }

  async #abstain(job: JuryJob, row: OwnSeat): Promise<void> {
    const { seat, dispute } = row
    if (seat.state === 'drawn' && dispute.state === 'voting' && seat.until >= this.#now)
      return this.send(job, row, { kind: 'abstain', dispute: row.id, machine: seat.machine })
    // Whoever abstains sees to it that somebody takes the place.
    const seats = this.#ports.disputes.seats(dispute)
    const { head } = this.#ports.monitor
    if (seat.state === 'abstained' && head && stepOf(dispute, seats, head) === 'draw')
      await this.send(job, row, { kind: 'drawJury', dispute: row.id })
  }

  /** Leaves the seat to another machine. */
  unable(job: JuryJob, why: JobSaying): void {
    this.jobs.report(this.jobs.move(job, 'unable', { words: why }), plain('abstaining'))
    this.poke()
  }

  async #judge(job: JuryJob, { job: row }: OwnSeat, signal: AbortSignal): Promise<void> {
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
      if (vote === 'innocent') this.#decide(job, false, { code: 'innocent', args: { count: verdict.segments.length } })
      else if (vote === 'guilty') this.#decide(job, true, { code: 'guilty', args: { why } })
      else await this.#discard(job, shown, { code: 'notTheCase', args: { why } })
    } catch (error) {
      if (isBrokenProof(error))
        return this.#discard(job, shown, { code: 'notTheCaseAs', args: { failure: failureOf(error) } })
      if (isInability(error)) return this.unable(job, { code: 'cannotExecute', args: { failure: failureOf(error) } })
      this.log.warn('the judgement broke off; it is made again', { dispute: job.subjectId, error })
      await pause(500, signal)
    }
  }

  async #discard(job: JuryJob, shown: ShownCase, why: JobSaying): Promise<void> {
    for (const file of [shown.data, shown.proof]) await this.#ports.blobs.remove(file.hash)
    this.jobs.report(job, why)
    const left = this.jobs.rewrite(job, (payload) => ({
      ...payload,
      cases: payload.cases.filter(({ party }) => party !== shown.party),
      worthless: { ...payload.worthless, [shown.party]: (payload.worthless[shown.party] ?? 0) + 1 },
    }))
    await this.beginIfComplete(this.jobs.move(left, 'worthless'))
  }

  #decide(job: JuryJob, guilty: boolean, words: JobSaying): void {
    // The salt is kept before the vote is sent, or it could never be revealed.
    const decided = this.jobs.amend(job, { guilty, salt: `0x${randomBytes(32).toString('hex')}` })
    this.jobs.move(decided, 'decided', { words })
    this.poke()
  }

  async #close(job: JuryJob): Promise<void> {
    await this.background.cancel(job.subjectId)
    const about = this.#ports.reads.ofDispute(job.subjectId)
    if (about)
      await this.#ports.kind.engine.clear(
        about.id,
        job.payload.cases.flatMap(({ data, proof }) => [data, proof]),
      )
    this.jobs.move(this.jobs.amend(job, { cases: [] }), 'closed', {
      words: plain('juryOver'),
    })
  }

  /** Whether a party may show its case, or show it anew. */
  isWanted({ state, payload }: JuryJob, party: string): boolean {
    return (state === 'summoned' || state === 'judging') && (payload.worthless[party] ?? 0) < MOST_WORTHLESS
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

/** Whether this machine cannot execute a case at all; behind a stop or a crash it is executed again. */
const isInability = (error: unknown): boolean =>
  error instanceof HearthError && !['ENGINE_GONE', 'ENGINE_BROKEN', 'ABORTED'].includes(error.code)

/** The sealed vote as Jury.vote wants it. */
const sealVote = (dispute: number, round: number, machine: number, guilty: boolean, salt: string): string =>
  keccak256(
    AbiCoder.defaultAbiCoder().encode(
      ['uint256', 'uint8', 'uint64', 'bool', 'bytes32'],
      [dispute, round, machine, guilty, salt],
    ),
  )
