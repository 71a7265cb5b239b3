import { randomUUID } from 'node:crypto'
import { JobSaying, type LogLine } from '../../../common/model/job-saying.ts'
import { nextJob, type JobEvent, type JobState } from '../../../common/model/job-state.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/open.ts'
import { JobLog } from '../job-log.ts'
import type { JobProgress } from './job-handler.ts'

/** A job as the database keeps it. */
export interface JobRow {
  readonly id: string
  readonly type: string
  /** What a person calls it: a file, a model, a run. */
  readonly name: string
  readonly parent: string | null
  readonly state: JobState
  /** Why it failed or waits. */
  readonly reason: JobSaying | null
  /** Undefined where what is stored cannot be read. */
  readonly payload: unknown
  readonly progress: JobProgress | null
  /** How often it was begun since it last stood still on purpose. */
  readonly attempts: number
  readonly created: number
  readonly updated: number
}

interface Stored {
  id: string
  kind: string
  name: string
  parent: string | null
  state: JobState
  reason: string | null
  payload: string
  progress: string | null
  attempts: number
  created: number
  updated: number
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

const toRow = ({ kind, payload, progress, reason, ...rest }: Stored): JobRow => ({
  ...rest,
  reason: reason === null ? null : JobSaying.parse(JSON.parse(reason)),
  type: kind,
  payload: parsed(payload),
  progress: progress === null ? null : (JSON.parse(progress) as JobProgress),
})

/** Ended jobs of one type that stay in sight. */
const KEPT_ENDED = 50

/** The durable table of the runner's jobs; each has a name, which those of workflows over the chain lack. */
export class JobRows {
  readonly #db: Db
  readonly #clock: Clock
  readonly #log: JobLog

  constructor(db: Db, clock: Clock) {
    this.#db = db
    this.#clock = clock
    this.#log = new JobLog(db, clock)
  }

  add(type: string, name: string, parent: string | null, payload: unknown): JobRow {
    const [id, now] = [randomUUID(), this.#clock.now()]
    this.#db
      .prepare(
        `insert into jobs (id, kind, name, parent, state, payload, created, updated) values (?, ?, ?, ?, 'queued', ` +
          `?, ?, ?)`,
      )
      .run(id, type, name, parent, JSON.stringify(payload), now, now)
    return this.get(id)!
  }

  get(id: string): JobRow | null {
    const row = this.#db.prepare<unknown[], Stored>('select * from jobs where id = ? and name is not null').get(id)
    return row ? toRow(row) : null
  }

  /** Oldest first, which is the order in which they run. */
  ofType(type: string): JobRow[] {
    return this.#db
      .prepare<unknown[], Stored>('select * from jobs where kind = ? and name is not null order by created, rowid')
      .all(type)
      .map(toRow)
  }

  childrenOf(parent: string): JobRow[] {
    return this.#db.prepare<unknown[], Stored>('select * from jobs where parent = ?').all(parent).map(toRow)
  }

  /** Latest first. */
  all(): JobRow[] {
    return this.#db
      .prepare<unknown[], Stored>('select * from jobs where name is not null order by created desc, rowid desc')
      .all()
      .map(toRow)
  }

  /** @throws IllegalMove, and nothing is written then */
  move(
    id: string,
    event: JobEvent,
    change: { reason?: JobSaying | null; progress?: JobProgress | null; attempts?: number } = {},
  ): JobRow {
    const row = this.get(id)!
    const { reason = null, progress = row.progress, attempts = row.attempts } = change
    this.#db
      .prepare('update jobs set state = ?, reason = ?, progress = ?, attempts = ?, updated = ? where id = ?')
      .run(
        nextJob(row.state, event),
        reason && JSON.stringify(reason),
        progress && JSON.stringify(progress),
        attempts,
        this.#clock.now(),
        id,
      )
    return this.get(id)!
  }

  remove(id: string): void {
    this.#db.transaction(() => {
      this.#db.prepare('delete from job_log where job = ?').run(id)
      this.#db.prepare('delete from jobs where id = ?').run(id)
    })()
  }

  /** Lets the oldest of a type that are done go. */
  prune(type: string): void {
    const done = this.ofType(type).filter(({ state }) => state === 'done')
    for (const { id } of done.slice(0, Math.max(0, done.length - KEPT_ENDED))) this.remove(id)
  }

  log(id: string, saying: JobSaying): void {
    this.#log.add(id, saying)
  }

  logOf(id: string, limit: number): LogLine[] {
    return this.#log.end(id, limit)
  }
}
