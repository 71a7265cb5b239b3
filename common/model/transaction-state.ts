import { move, type EventOf } from './state-machine.ts'

/** Life of one of our transactions. `mined` may fall back to `sent` when the chain reorganises. */
export type TransactionState = 'queued' | 'sent' | 'mined' | 'final' | 'failed' | 'cancelled'

export const transactionMoves = {
  queued: { broadcast: 'sent', refused: 'failed', cancelled: 'cancelled' },
  sent: { mined: 'mined', nonceTaken: 'queued' },
  mined: { final: 'final', reverted: 'failed', reorganised: 'sent' },
  final: {},
  failed: {},
  cancelled: {},
} as const satisfies Record<TransactionState, Partial<Record<string, TransactionState>>>

export const nextTransaction = (state: TransactionState, event: EventOf<typeof transactionMoves>): TransactionState =>
  move<TransactionState, typeof transactionMoves>(transactionMoves, state, event)
