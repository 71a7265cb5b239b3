import * as z from 'zod'
import { JobSaying, type LogLine } from '../../common/model/job-saying.ts'
import type { Clock } from './clock.ts'
import type { Db } from './db/open.ts'

const KEPT_LINES = 5000

/** A line as the database keeps it. */
const Kept = z.object({ theirs: z.boolean().default(false), saying: JobSaying })

/** What jobs have said, a numbered line each. */
export class JobLog {
  readonly #db: Db
  readonly #clock: Clock

  constructor(db: Db, clock: Clock) {
    this.#db = db
    this.#clock = clock
  }

  /** @param theirs whether the other party's machine said it */
  add(job: string, saying: JobSaying, theirs = false): void {
    const { seq } = this.#db
      .prepare<unknown[], { seq: number }>(
        `insert into job_log (job, seq, time, line)
         select ?, coalesce(max(seq), 0) + 1, ?, ? from job_log where job = ? returning seq`,
      )
      .get(job, this.#clock.now(), JSON.stringify({ theirs, saying }), job)!
    if (seq > KEPT_LINES) this.#db.prepare('delete from job_log where job = ? and seq <= ?').run(job, seq - KEPT_LINES)
  }

  after(job: string, seq: number, limit = 200): LogLine[] {
    return this.#read('seq > ? order by seq limit ?', job, seq, limit)
  }

  /** The last lines, oldest first. */
  end(job: string, limit: number): LogLine[] {
    return this.#read('true order by seq desc limit ?', job, limit).reverse()
  }

  #read(which: string, ...values: (string | number)[]): LogLine[] {
    return this.#db
      .prepare<unknown[], { seq: number; time: number; line: string }>(
        `select seq, time, line from job_log where job = ? and ${which}`,
      )
      .all(...values)
      .map(({ seq, time, line }) => ({ seq, time, ...Kept.parse(JSON.parse(line)) }))
  }
}
