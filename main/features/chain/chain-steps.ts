import type { Action } from '../../../common/model/action.ts'
import type { Indexer } from './indexer.ts'
import type { OwnTransaction } from './transaction-store.ts'

/** The last step that this machine sent to the chain for a job or a sale. */
export interface SentStep {
  readonly kind: Action['kind']
  readonly transaction: string
  /** What the chain said of it when it was sent. */
  readonly seen: string
}

interface Ports {
  readonly follow: (action: Action) => Promise<OwnTransaction>
  readonly transaction: (id: string) => OwnTransaction | null
  readonly indexer: Indexer
}

/** Sends steps to the chain, each once: again only when an attempt failed, or passed without effect. */
export class ChainSteps {
  readonly #ports: Ports

  constructor(ports: Ports) {
    this.#ports = ports
  }

  /**
   * @param seen what the chain says now; a step that changed it is done
   * @returns what was sent now, or null where an earlier attempt is still under way. @throws HearthError CALL_REVERTED
   * while the contract would refuse
   */
  async send(seen: string, last: SentStep | null, action: Action): Promise<SentStep | null> {
    if (last?.kind === action.kind && last.seen === seen && this.pending(last)) return null
    const { id } = await this.#ports.follow(action)
    return { kind: action.kind, transaction: id, seen }
  }

  /** Whether a step may still take effect. */
  pending({ transaction }: Pick<SentStep, 'transaction'>): boolean {
    const state = this.#ports.transaction(transaction)?.state
    return (
      state !== undefined &&
      state !== 'failed' &&
      state !== 'cancelled' &&
      !(state === 'final' && this.#ports.indexer.caughtUp)
    )
  }
}
