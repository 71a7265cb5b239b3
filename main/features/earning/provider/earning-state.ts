import type * as z from 'zod'
import type { WalletState } from '../../../../common/api/system.ts'
import type { EarningState, PauseReason } from '../../../../common/model/earning.ts'
import type { BlockReason } from '../../../../common/model/idle-policy/judge.ts'
import { COIN_SYMBOL, formatCoins } from '../../../../common/model/money.ts'

/** All that earning depends on, at one moment. */
export interface EarningFacts {
  readonly wallet: z.infer<typeof WalletState>
  readonly backedUp: boolean
  readonly network: { readonly up: boolean; readonly detail: string | null }
  readonly peer: { readonly up: boolean; readonly problem: string | null }
  readonly isMeasured: boolean
  /** Why what is offered could not be done. */
  readonly broken: string | null
  readonly isRegistered: boolean
  /** Whether this machine has ever been ordered from. */
  readonly hasWorked: boolean
  readonly isStarted: boolean
  /** Milliseconds since 1970; null while it is not snoozed. */
  readonly snoozedUntil: number | null
  /** The first of the owner's rules in the way. */
  readonly blockReason: BlockReason | null
  readonly atWork: {
    readonly work: string
    readonly id: number
    /** Whether an engine works on it at this moment. */ readonly computes: boolean
  } | null
  /** The least price that pays for the electricity, where the owner's is below it and must not be. */
  readonly cost: bigint | null
  readonly isOffered: boolean
  readonly awaitsChain: boolean
}

/** What the machine does and, unless it earns, the first reason in the way. */
export function earningState(facts: EarningFacts): EarningState {
  const { atWork } = facts
  const owned = ownersStop(facts)
  // Whatever else stands in the way of the next order: what is computed now goes on, and is paid for.
  if (atWork?.computes && !owned) return earning(atWork)
  const stop = hostsStop(facts) ?? owned
  if (stop) return { kind: 'stopped', ...stop }
  if (atWork) return earning(atWork)
  const { cost } = facts
  if (cost !== null) return { kind: 'stopped', reason: 'below-cost', detail: `${formatCoins(cost)} ${COIN_SYMBOL}` }
  return { kind: 'waiting', reason: waitsFor(facts), detail: null }
}

const earning = ({ work, id }: { readonly work: string; readonly id: number }): EarningState => ({
  kind: 'earning',
  work,
  id,
})

interface Stop {
  readonly reason: PauseReason
  readonly detail: string | null
}
const because = (reason: PauseReason, detail: string | null = null): Stop => ({ reason, detail })

/** What this machine lacks, in the order in which a person gets it. */
function hostsStop({ wallet, backedUp, network, peer, isMeasured, broken, isRegistered }: EarningFacts): Stop | null {
  if (wallet === 'none' || wallet === 'damaged') return because('no-wallet')
  if (!backedUp) return because('not-backed-up')
  if (wallet === 'locked') return because('wallet-locked')
  if (!network.up) return because('network-down', network.detail)
  if (!peer.up) return because('peer-down')
  if (peer.problem !== null) return because('peer-silent', peer.problem)
  if (!isMeasured) return because('no-benchmark')
  if (broken !== null) return because('engine-broken', broken)
  return isRegistered ? null : because('no-machine')
}

/** What its owner has against it. */
function ownersStop({ isStarted, snoozedUntil, blockReason }: EarningFacts): Stop | null {
  if (!isStarted) return because('paused-by-you')
  if (snoozedUntil !== null) return because('snoozed', new Date(snoozedUntil).toISOString())
  return blockReason && because(blockReason.reason, detailOf(blockReason))
}

function waitsFor({ isOffered, hasWorked, awaitsChain }: EarningFacts): PauseReason {
  if (isOffered) return hasWorked ? 'between-orders' : 'no-demand'
  return awaitsChain ? 'waiting-for-chain' : 'no-offer'
}

function detailOf({ value, limit, until }: BlockReason): string | null {
  const parts = [value, limit && `/ ${limit}`, until && `→ ${new Date(until).toISOString()}`].filter(Boolean)
  return parts.length > 0 ? parts.join(' ') : null
}
