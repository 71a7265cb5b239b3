import { randomUUID } from 'node:crypto'
import { JobSaying, type LogLine } from '../../common/model/job-saying.ts'
import type { Clock } from './clock.ts'
import type { Db } from './db/open.ts'
import { Emitter } from './events.ts'
import { JobLog } from './job-log.ts'

export interface Job<Payload> {
  readonly id: string
  readonly kind: string
  readonly subjectId: number | null
  readonly state: string
  /** Why it stands still, or how it ended; null while it moves. */
  readonly reason: JobSaying | null
  readonly payload: Payload
  readonly created: number
  readonly updated: number
}

interface Row {
  id: string
  kind: string
  subject_id: number | null
  state: string
  reason: string | null
  payload: string
  created: number
  updated: number
}

/** What listeners are told of a change. */
export interface JobChange {
  readonly id: string
  readonly kind: string
  readonly subjectId: number | null
  /** The state that the job has just entered; null where it stays in its own. */
  readonly entered: string | null
}

/** Work that must survive the process: one row a job, with a log. Callers decide what states mean. */
export class JobStore {
  readonly #db: Db
  readonly #clock: Clock
  readonly #log: JobLog
  readonly events = new Emitter<{ changed: JobChange }>()

  constructor(db: Db, clock: Clock) {
    this.#db = db
    this.#clock = clock
    this.#log = new JobLog(db, clock)
  }

  /** Makes a job unless there is one of this kind for this order already; either way returns it. */
  ensure<P>(kind: string, subjectId: number, state: string, payload: P): Job<P> {
    const now = this.#clock.now()
    this.#db
      .prepare(
        `insert into jobs (id, kind, subject_id, state, payload, created, updated)
         values (?, ?, ?, ?, ?, ?, ?) on conflict do nothing`,
      )
      .run(randomUUID(), kind, subjectId, state, JSON.stringify(payload), now, now)
    const job = this.bySubject<P>(kind, subjectId)!
    this.#changed(job)
    return job
  }

  bySubject<P>(kind: string, subjectId: number): Job<P> | null {
    return toJob<P>(
      this.#db.prepare<unknown[], Row>('select * from jobs where kind = ? and subject_id = ?').get(kind, subjectId),
    )
  }

  /** @param ended states whose jobs are left out: most of a long life's are in them, and are not read */
  list<P>(kind: string, ended: readonly string[] = []): Job<P>[] {
    const others = ended.map(() => '?').join(', ')
    return this.#db
      .prepare<unknown[], Row>(`select * from jobs where kind = ? and state not in (${others}) order by created desc`)
      .all(kind, ...ended)
      .map((row) => toJob<P>(row)!)
  }

  /** Every kind of job about a subject that the database holds. */
  kinds(): string[] {
    return this.#db
      .prepare<[], { kind: string }>('select distinct kind from jobs where subject_id is not null')
      .all()
      .map(({ kind }) => kind)
  }

  update<P>(job: Job<P>, change: { state?: string; reason?: JobSaying | null; payload?: P }): Job<P> {
    const next = { ...job, ...change, updated: this.#clock.now() }
    this.#db
      .prepare('update jobs set state = ?, reason = ?, payload = ?, updated = ? where id = ?')
      .run(next.state, next.reason && JSON.stringify(next.reason), JSON.stringify(next.payload), next.updated, job.id)
    this.#changed(next, next.state === job.state ? null : next.state)
    return next
  }

  /** @param theirs whether the other party's machine says it */
  log(job: Pick<Job<unknown>, 'id' | 'kind' | 'subjectId'>, saying: JobSaying, theirs = false): void {
    this.#log.add(job.id, saying, theirs)
    this.#changed(job)
  }

  logAfter(jobId: string, seq: number): LogLine[] {
    return this.#log.after(jobId, seq)
  }

  /** The last lines, oldest first. */
  logEnd(jobId: string, limit: number): LogLine[] {
    return this.#log.end(jobId, limit)
  }

  #changed(
    { id, kind, subjectId }: Pick<Job<unknown>, 'id' | 'kind' | 'subjectId'>,
    entered: string | null = null,
  ): void {
    this.events.emit('changed', { id, kind, subjectId, entered })
  }
}

function toJob<P>(row: Row | undefined): Job<P> | null {
  if (!row) return null
  return {
    id: row.id,
    kind: row.kind,
    subjectId: row.subject_id,
    state: row.state,
    reason: row.reason === null ? null : JobSaying.parse(JSON.parse(row.reason)),
    payload: JSON.parse(row.payload) as P,
    created: row.created,
    updated: row.updated,
  }
}
