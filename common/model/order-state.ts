import { move, type EventOf } from './state-machine.ts'

/** Life of an order on the machine that serves it. What the chain says comes from the index; this is our side. */
export type ServingState = 'placed' | 'fetching' | 'running' | 'paused' | 'delivering' | 'closed'

export const servingMoves = {
  placed: { specified: 'fetching', closed: 'closed' },
  fetching: { ready: 'running', closed: 'closed' },
  running: { yielded: 'paused', finished: 'delivering', closed: 'closed' },
  paused: { resumed: 'running', closed: 'closed' },
  delivering: { closed: 'closed' },
  closed: {},
} as const satisfies Record<ServingState, Partial<Record<string, ServingState>>>

/** Life of an order on the machine of the customer who placed it. */
export type BuyingState = 'placed' | 'sending' | 'running' | 'finished' | 'disputed' | 'closed'

export const buyingMoves = {
  placed: { accepted: 'sending', refused: 'disputed', closed: 'closed' },
  sending: { sent: 'running', refused: 'disputed', closed: 'closed' },
  running: { verified: 'finished', refused: 'disputed', closed: 'closed' },
  // The final receipt is out; the provider settles with it whenever it likes.
  finished: { closed: 'closed' },
  // No more receipts: the escrow comes back by the timeout.
  disputed: { closed: 'closed' },
  closed: {},
} as const satisfies Record<BuyingState, Partial<Record<string, BuyingState>>>

export const nextServing = (state: ServingState, event: EventOf<typeof servingMoves>): ServingState =>
  move<ServingState, typeof servingMoves>(servingMoves, state, event)
export const nextBuying = (state: BuyingState, event: EventOf<typeof buyingMoves>): BuyingState =>
  move<BuyingState, typeof buyingMoves>(buyingMoves, state, event)
