import { randomUUID } from 'node:crypto'
import type { StyleJob } from '../../../../common/model/style.ts'
import { nextStyleJob, type StyleJobState, type styleJobMoves } from '../../../../common/model/style-state.ts'
import type { EventOf } from '../../../../common/model/state-machine.ts'
import type { PresetName } from '../../../../common/model/recipe-presets.ts'
import type { Clock } from '../../../core/clock.ts'
import type { Db } from '../../../core/db/open.ts'

/** What is known of a job besides its state. */
export interface StyleJobFacts {
  readonly avatar: number
  readonly preset: PresetName
  readonly run: string | null
  /** Counted while it was gathered. */
  readonly replies: number
  readonly rehearsed: number
  readonly error: StyleJob['error']
}
export interface StoredJob extends StyleJobFacts {
  readonly id: string
  readonly state: StyleJobState
  readonly created: number
}

type Row = Pick<StoredJob, 'id' | 'state' | 'created'> & { facts: string }
const toJob = ({ facts, ...row }: Row): StoredJob => ({ ...row, ...(JSON.parse(facts) as StyleJobFacts) })

/** Learning of styles in the database: it outlives the process. */
export class StyleJobs {
  readonly #db: Db
  readonly #clock: Clock

  constructor(db: Db, clock: Clock) {
    this.#db = db
    this.#clock = clock
  }

  add(avatar: number, preset: PresetName): StoredJob {
    const id = randomUUID()
    const facts: StyleJobFacts = { avatar, preset, run: null, replies: 0, rehearsed: 0, error: null }
    this.#db
      .prepare('insert into style_jobs (id, state, created, facts) values (?, ?, ?, ?)')
      .run(id, 'gathering', this.#clock.now(), JSON.stringify(facts))
    return this.get(id)!
  }

  get(id: string): StoredJob | null {
    const row = this.#db.prepare<unknown[], Row>('select * from style_jobs where id = ?').get(id)
    return row ? toJob(row) : null
  }

  /** The latest first. */
  list(): StoredJob[] {
    return this.#db
      .prepare<unknown[], Row>('select * from style_jobs order by created desc, rowid desc')
      .all()
      .map(toJob)
  }

  /** @throws IllegalMove */
  move(id: string, event: EventOf<typeof styleJobMoves>, change: Partial<StyleJobFacts> = {}): StoredJob {
    const { id: _id, state, created: _created, ...facts } = this.get(id)!
    this.#db
      .prepare('update style_jobs set state = ?, facts = ? where id = ?')
      .run(nextStyleJob(state, event), JSON.stringify({ ...facts, ...change }), id)
    return this.get(id)!
  }

  note(id: string, change: Partial<StyleJobFacts>): StoredJob {
    const { id: _id, state: _state, created: _created, ...facts } = this.get(id)!
    this.#db.prepare('update style_jobs set facts = ? where id = ?').run(JSON.stringify({ ...facts, ...change }), id)
    return this.get(id)!
  }

  remove(id: string): void {
    this.#db.prepare('delete from style_jobs where id = ?').run(id)
  }
}
