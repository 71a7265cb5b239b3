import { randomUUID } from 'node:crypto'
import type { RunRow } from '../../../../common/api/training.ts'
import type { DataReport, Estimate } from '../../../../common/children/trainer.ts'
import type { MethodName, PresetName } from '../../../../common/model/recipe-presets.ts'
import type { Recipe } from '../../../../common/model/recipe.ts'
import { nextRun, type RunState, type runMoves } from '../../../../common/model/run-state.ts'
import type { EventOf } from '../../../../common/model/state-machine.ts'
import type { LogEntry } from '../../../../common/model/training.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import type { Clock } from '../../../core/clock.ts'
import type { Db } from '../../../core/db/open.ts'
import { Emitter } from '../../../core/events.ts'
import { fromKeptPath, toKeptPath } from '../../../core/resources.ts'

/** What a person asked for. */
export interface RunRequest {
  readonly name: string
  readonly base: string
  readonly files: readonly string[]
  readonly preset: PresetName
  readonly method: MethodName
  readonly sequenceLength: number
  readonly classify: boolean
  /** The chat template that the person chose; the model's own without. */
  readonly template?: string | undefined
  /** Of little data there are as many passes as this takes. */
  readonly leastSteps?: number
  /** The only layers of the base that are changed; all without. */
  readonly layers?: readonly number[]
  /** 64 hexadecimal digits that draw the split, the starting point and the order; by chance without it. */
  readonly seed?: string
}

/** What is known of a run besides its state. */
export interface RunFacts {
  readonly recipe: Recipe | null
  readonly report: DataReport | null
  readonly estimate: Estimate | null
  readonly step: number
  readonly loss: number | null
  readonly baseLoss: number | null
  readonly heldOutLoss: number | null
  readonly error: RunRow['error']
}

export interface Run extends RunFacts {
  readonly id: string
  readonly state: RunState
  readonly created: number
  readonly request: RunRequest
}

interface Row {
  id: string
  state: RunState
  created: number
  request: string
  facts: string
}

const NOTHING: RunFacts = {
  recipe: null,
  report: null,
  estimate: null,
  step: 0,
  loss: null,
  baseLoss: null,
  heldOutLoss: null,
  error: null,
}
/** The same request with its paths as they are kept, or as they lie here. */
const moved = (request: RunRequest, path: (path: string) => string): RunRequest => ({
  ...request,
  base: path(request.base),
  files: request.files.map(path),
})

const toRun = ({ id, state, created, request, facts }: Row): Run => ({
  id,
  state,
  created,
  request: moved(JSON.parse(request) as RunRequest, fromKeptPath),
  ...(JSON.parse(facts) as RunFacts),
})

/** Training runs in the database: they outlive the process, their checkpoints lie in folders. */
export class RunStore {
  readonly #db: Db
  readonly #clock: Clock
  readonly events = new Emitter<{ changed: string; /** One was written here. */ checkpoint: string }>()

  constructor(db: Db, clock: Clock) {
    this.#db = db
    this.#clock = clock
  }

  add(request: RunRequest): Run {
    const id = randomUUID()
    this.#db
      .prepare('insert into training_runs (id, state, created, request, facts) values (?, ?, ?, ?, ?)')
      .run(id, 'preparing', this.#clock.now(), JSON.stringify(moved(request, toKeptPath)), JSON.stringify(NOTHING))
    this.events.emit('changed', id)
    return this.get(id)!
  }

  get(id: string): Run | null {
    const row = this.#db.prepare<unknown[], Row>('select * from training_runs where id = ?').get(id)
    return row ? toRun(row) : null
  }

  /** @throws HearthError NOT_FOUND */
  known(id: string): Run {
    const run = this.get(id)
    if (!run) throw new HearthError('NOT_FOUND', 'there is no such run')
    return run
  }

  list(): Run[] {
    return this.#db.prepare<unknown[], Row>('select * from training_runs order by created desc').all().map(toRun)
  }

  /** @throws IllegalMove */
  move(id: string, event: EventOf<typeof runMoves>, facts: Partial<RunFacts> = {}): Run {
    const run = this.get(id)!
    this.#db.prepare('update training_runs set state = ? where id = ?').run(nextRun(run.state, event), id)
    return this.note(id, facts)
  }

  note(id: string, facts: Partial<RunFacts>): Run {
    const { recipe, report, estimate, step, loss, baseLoss, heldOutLoss, error } = { ...this.get(id)!, ...facts }
    this.#db
      .prepare('update training_runs set facts = ? where id = ?')
      .run(JSON.stringify({ recipe, report, estimate, step, loss, baseLoss, heldOutLoss, error }), id)
    this.events.emit('changed', id)
    return this.get(id)!
  }

  noteEvaluation(id: string, entry: LogEntry): void {
    if (entry.kind === 'evaluation')
      this.note(
        id,
        entry.step === 0
          ? { baseLoss: entry.heldOutLoss, heldOutLoss: entry.heldOutLoss }
          : { heldOutLoss: entry.heldOutLoss },
      )
  }

  remove(id: string): void {
    this.#db.prepare('delete from training_runs where id = ?').run(id)
    this.events.emit('changed', id)
  }
}
