import type { JobSaying } from '../../common/model/job-saying-names.ts'
import { endsOf, isEnd, lookUp, type Moves } from '../../common/model/state-machine.ts'
import type { Job, JobStore } from './jobs.ts'

/** A job about one subject of the chain: an order, a training job, a sale. */
export interface SubjectJob<State extends string, Payload> extends Job<Payload> {
  readonly subjectId: number
  readonly state: State
}

/** One kind of job of one side: its rows, their moves by a table of legal ones, and their log. */
export class JobTable<State extends string, Event extends string, Payload extends object> {
  readonly #jobs: JobStore
  readonly #kind: string
  readonly #moves: Moves<State>

  constructor(jobs: JobStore, kind: string, moves: Moves<NoInfer<State>>) {
    this.#jobs = jobs
    this.#kind = kind
    this.#moves = moves
  }

  get kind(): string {
    return this.#kind
  }

  get(id: number): SubjectJob<State, Payload> | null {
    const job = this.#jobs.bySubject<Payload>(this.#kind, id)
    return job && this.#own(job)
  }

  list(): SubjectJob<State, Payload>[] {
    return this.#jobs.list<Payload>(this.#kind).map((job) => this.#own(job))
  }

  /** Those that something is left to happen to. */
  unfinished(): SubjectJob<State, Payload>[] {
    return this.#jobs.list<Payload>(this.#kind, endsOf(this.#moves)).map((job) => this.#own(job))
  }

  /** Makes a job unless there is one. */
  open(id: number, state: State, payload: Payload): SubjectJob<State, Payload> {
    return this.#own(this.#jobs.ensure(this.#kind, id, state, payload))
  }

  /** Whether nothing is left to happen to a job. */
  isOver({ state }: SubjectJob<State, Payload>): boolean {
    return isEnd(this.#moves, state)
  }

  /** Whether the table of moves names a state; a database of a later version may hold others. */
  knows(state: string): boolean {
    return Object.hasOwn(this.#moves, state)
  }

  /** Changes a part of the payload as it stands now, whatever copy of it the caller holds. */
  amend(job: SubjectJob<State, Payload>, change: Partial<Payload>): SubjectJob<State, Payload> {
    return this.rewrite(job, (payload) => ({ ...payload, ...change }))
  }

  /** Makes the payload anew from how it stands now. */
  rewrite(job: SubjectJob<State, Payload>, from: (payload: Payload) => Payload): SubjectJob<State, Payload> {
    const current = this.#current(job)
    return this.#own(this.#jobs.update(current, { payload: from(current.payload) }))
  }

  /** Says why it stands still; null when it moves again. */
  block(job: SubjectJob<State, Payload>, reason: JobSaying | null): SubjectJob<State, Payload> {
    const current = this.#current(job)
    return isSame(current.reason, reason) ? current : this.#own(this.#jobs.update(current, { reason }))
  }

  /**
   * @param words for the job's log
   * @throws IllegalMove; nothing is written then
   */
  move(
    job: SubjectJob<State, Payload>,
    event: Event,
    { words, reason = null }: { readonly words?: JobSaying; readonly reason?: JobSaying | null } = {},
  ): SubjectJob<State, Payload> {
    const current = this.#current(job)
    const state = lookUp(this.#moves, current.state, event)
    if (words !== undefined) this.#jobs.log(current, words)
    return this.#own(this.#jobs.update(current, { reason, state }))
  }

  /** @param theirs whether the other party's machine says it */
  report(job: SubjectJob<State, Payload>, words: JobSaying, theirs = false): SubjectJob<State, Payload> {
    this.#jobs.log(job, words, theirs)
    return job
  }

  linesAfter(job: SubjectJob<State, Payload>, seq: number): ReturnType<JobStore['logAfter']> {
    return this.#jobs.logAfter(job.id, seq)
  }

  #current(job: SubjectJob<State, Payload>): SubjectJob<State, Payload> {
    return this.get(job.subjectId) ?? job
  }

  /**
   * What the database holds is a job of this table: each is opened about a subject, in a state that is checked where it
   * moves.
   */
  #own(job: Job<Payload>): SubjectJob<State, Payload> {
    if (job.subjectId === null) throw new Error(`job ${job.id} of kind ${this.#kind} is about nothing`)
    return { ...job, subjectId: job.subjectId, state: job.state as State }
  }
}

/** Whether two say the same of the same. */
export const isSame = (one: JobSaying | null, other: JobSaying | null): boolean =>
  JSON.stringify(one) === JSON.stringify(other)
