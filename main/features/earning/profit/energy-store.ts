import type { Db } from '../../../core/db/open.ts'

export interface Energy {
  readonly seconds: number
  readonly joules: number
  /** Billionths of the currency. */
  readonly cost: bigint
  /** False where any of it was assumed instead of measured. */
  readonly measured: boolean
}

interface Row {
  seconds: number
  joules: number
  cost: string
  measured: number
}

const HOUR_MS = 3_600_000
const nothing: Energy = { seconds: 0, joules: 0, cost: 0n, measured: true }
const add = (a: Energy, { seconds, joules, cost, measured }: Row): Energy => ({
  seconds: a.seconds + seconds,
  joules: a.joules + joules,
  cost: a.cost + BigInt(cost),
  measured: a.measured && measured === 1,
})

/** Energy of paid work, by piece and by hour. A piece has its kind's word and a number. */
export class EnergyStore {
  readonly #db: Db

  constructor(db: Db) {
    this.#db = db
  }

  /** @param time milliseconds since 1970, which chooses the hour */
  add(work: string, id: number, time: number, { seconds, joules, cost, measured }: Energy): void {
    const hour = Math.floor(time / HOUR_MS)
    const before = this.#db
      .prepare<unknown[], Row>(
        'select seconds, joules, cost, measured from energy where work = ? and id = ? and hour = ?',
      )
      .get(work, id, hour)
    const sum = before ? add({ seconds, joules, cost, measured }, before) : { seconds, joules, cost, measured }
    this.#db
      .prepare(
        `insert into energy (work, id, hour, seconds, joules, cost, measured) values (?, ?, ?, ?, ?, ?, ?)
         on conflict (work, id, hour) do update set
           seconds = excluded.seconds, joules = excluded.joules, cost = excluded.cost, measured = excluded.measured`,
      )
      .run(work, id, hour, sum.seconds, sum.joules, sum.cost.toString(), Number(sum.measured))
  }

  /** Keeps what was recorded apart from pieces of another chain, which have the same numbers; sums still count it. */
  forgetNumbers(now: number): void {
    this.#db.prepare("update energy set work = 'former ' || ? || ' ' || work where work not like 'former %'").run(now)
  }

  /** Null where nothing was recorded. */
  of(work: string, id: number): Energy | null {
    return sum(
      this.#db
        .prepare<unknown[], Row>('select seconds, joules, cost, measured from energy where work = ? and id = ?')
        .all(work, id),
    )
  }

  since(time: number): Energy | null {
    return sum(
      this.#db
        .prepare<unknown[], Row>('select seconds, joules, cost, measured from energy where hour >= ?')
        .all(Math.floor(time / HOUR_MS)),
    )
  }
}

const sum = (rows: readonly Row[]): Energy | null => (rows.length === 0 ? null : rows.reduce(add, nothing))
