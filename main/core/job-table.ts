import type { Job, JobStore } from './jobs.ts'

/** One kind of job of one side: its rows, their moves by a table of legal ones, and their log. */
export class JobTable<State extends string, Event extends string, Payload extends object> {
  readonly #jobs: JobStore
  readonly #kind: string
  readonly #next: (state: State, event: Event) => State

  constructor(jobs: JobStore, kind: string, next: (state: State, event: Event) => State) {
    this.#jobs = jobs
    this.#kind = kind
    this.#next = next
  }

  get(id: number): Job<Payload> | null {
    return this.#jobs.bySubject<Payload>(this.#kind, id)
  }

  list(): Job<Payload>[] {
    return this.#jobs.list<Payload>(this.#kind)
  }

  /** Makes a job unless there is one. */
  open(id: number, state: State, payload: Payload): Job<Payload> {
    return this.#jobs.ensure(this.#kind, id, state, payload)
  }

  /** Changes a part of the payload as it stands now, whatever copy of it the caller holds. */
  amend(job: Job<Payload>, change: Partial<Payload>): Job<Payload> {
    const current = this.get(job.subjectId!) ?? job
    return this.#jobs.update(current, { payload: { ...current.payload, ...change } })
  }

  /** Says why it stands still; null when it moves again. */
  block(job: Job<Payload>, reason: string | null): Job<Payload> {
    const current = this.get(job.subjectId!) ?? job
    return current.reason === reason ? current : this.#jobs.update(current, { reason })
  }

  /** @throws IllegalMove */
  move(job: Job<Payload>, event: Event, reason: string | null = null): Job<Payload> {
    const current = this.get(job.subjectId!) ?? job
    return this.#jobs.update(current, { reason, state: this.#next(current.state as State, event) })
  }

  report(job: Job<Payload>, words: string): Job<Payload> {
    this.#jobs.log(job, words)
    return job
  }

  linesAfter(job: Job<Payload>, seq: number): ReturnType<JobStore['logAfter']> {
    return this.#jobs.logAfter(job.id, seq)
  }
}
