import type { Action } from '../../../common/model/action.ts'
import type { JobRow } from '../../../common/model/training-job.ts'
import type { Indexer, OwnTransaction } from '../chain/index.ts'

/** The last step that this machine sent to the chain for a job. */
export interface SentStep {
  readonly kind: Action['kind']
  readonly transaction: string
  /** What the chain said of the job when it was sent. */
  readonly state: JobRow['state']
  readonly done: number
}

interface Ports {
  readonly follow: (action: Action) => Promise<OwnTransaction>
  readonly transaction: (id: string) => OwnTransaction | null
  readonly indexer: Indexer
}

/** Sends the steps of jobs to the chain, each once: again only when an attempt failed, or passed without effect. */
export class JobSteps {
  readonly #ports: Ports

  constructor(ports: Ports) {
    this.#ports = ports
  }

  /** What was sent now, or null where an earlier attempt is still under way. @throws HearthError CALL_REVERTED while the contract would refuse */
  async send(row: JobRow, last: SentStep | null, action: Action): Promise<SentStep | null> {
    if (last?.kind === action.kind && last.state === row.state && last.done === row.done) {
      const state = this.#ports.transaction(last.transaction)?.state
      const settled = state === undefined || state === 'failed' || state === 'cancelled' || (state === 'final' && this.#ports.indexer.caughtUp)
      if (!settled) return null
    }
    const { id } = await this.#ports.follow(action)
    return { kind: action.kind, transaction: id, state: row.state, done: row.done }
  }
}
