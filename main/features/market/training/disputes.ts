import type { DisputeView } from '../../../../common/api/jobs.ts'
import type { Action } from '../../../../common/model/action.ts'
import { MOST_APPEALS, seenOfDispute, stepOf, type DisputeRow, type SeatRow } from '../../../../common/model/dispute.ts'
import type { JobRow } from '../../../../common/model/training-job.ts'
import type { ChainMonitor } from '../../chain/index.ts'
import type { MarketRepository } from '../compute/index.ts'
import type { DisputeRepository } from './dispute-repository.ts'

interface Ports {
  readonly reads: DisputeRepository
  readonly market: Pick<MarketRepository, 'free'>
  readonly monitor: Pick<ChainMonitor, 'head'>
}

export interface DisputeStanding {
  readonly dispute: DisputeRow
  /** Of the present jury. */
  readonly seats: readonly SeatRow[]
  /** What either party may send so that it goes on. */
  readonly step: Action | null
  /** Who may appeal at present. */
  readonly lostBy: 'accuser' | 'accused' | null
}

/** Where the dispute about a job stands, for its two parties. */
export class Disputes {
  readonly #ports: Ports
  /** The block at which a dispute was first seen as it is. */
  readonly #changed = new Map<number, { readonly seen: string; readonly block: number }>()

  constructor(ports: Ports) {
    this.#ports = ports
  }

  of(job: JobRow): DisputeStanding | null {
    const dispute = job.dispute === null ? null : this.#ports.reads.dispute(job.dispute)
    const { head } = this.#ports.monitor
    if (!dispute || !head || job.state !== 'defended') return null
    const seats = this.#ports.reads.seats(dispute)
    const step = stepOf(dispute, seats, head)
    const mayAppeal = dispute.state === 'ruled' && dispute.round < MOST_APPEALS && step === null
    return {
      dispute,
      seats,
      step: step && actionOf(step, dispute.id, job.id),
      lostBy: mayAppeal ? (dispute.guilty ? 'accused' : 'accuser') : null,
    }
  }

  canAppeal({ dispute }: DisputeStanding, account: string | null): boolean {
    return account !== null && this.#ports.market.free(account) >= appealBond(dispute)
  }

  /** As a party sees the dispute about the milestone at hand. */
  view(job: JobRow, side: 'accuser' | 'accused'): DisputeView | null {
    const standing = this.of(job)
    if (!standing) return null
    return { dispute: standing.dispute, appeal: standing.lostBy === side ? appealBond(standing.dispute) : null }
  }

  seen(job: JobRow): string {
    const dispute = job.dispute === null ? null : this.#ports.reads.dispute(job.dispute)
    return dispute ? seenOfDispute(dispute, this.#ports.reads.seats(dispute)) : ''
  }

  /** Blocks since a job's dispute has changed, as far as this program has seen. */
  waited(job: JobRow): number {
    const [seen, block] = [this.seen(job), this.#ports.monitor.head?.number ?? 0]
    const known = this.#changed.get(job.id)
    if (known?.seen === seen) return block - known.block
    this.#changed.set(job.id, { seen, block })
    return 0
  }
}

/** Twice the bond of the round before. */
const appealBond = ({ bond, round }: DisputeRow): bigint => bond << BigInt(round + 1)

function actionOf(step: NonNullable<ReturnType<typeof stepOf>>, dispute: number, job: number): Action {
  if (step === 'close') return { kind: 'ruleJob', job }
  return { kind: step === 'draw' ? 'drawJury' : 'ruleRound', dispute }
}
