import type { EventOf } from './state-machine.ts'

/** Life of an order on the machine that serves it. What the chain says comes from the index; this is our side. */
export type ProviderOrderState = 'placed' | 'fetching' | 'running' | 'paused' | 'delivering' | 'closed'

export const providerMoves = {
  placed: { specified: 'fetching', closed: 'closed' },
  fetching: { ready: 'running', closed: 'closed' },
  running: { paused: 'paused', finished: 'delivering', closed: 'closed' },
  paused: { resumed: 'running', closed: 'closed' },
  delivering: { closed: 'closed' },
  closed: {},
} as const satisfies Record<ProviderOrderState, Partial<Record<string, ProviderOrderState>>>

/** Life of an order on the machine of the customer who placed it. */
export type CustomerOrderState = 'placed' | 'sending' | 'running' | 'finished' | 'disputed' | 'closed'

export const customerMoves = {
  placed: { accepted: 'sending', refused: 'disputed', closed: 'closed' },
  sending: { sent: 'running', refused: 'disputed', closed: 'closed' },
  running: { verified: 'finished', refused: 'disputed', closed: 'closed' },
  // The final receipt is out; the provider settles with it whenever it likes.
  finished: { closed: 'closed' },
  // No more receipts: the escrow comes back by the timeout.
  disputed: { closed: 'closed' },
  closed: {},
} as const satisfies Record<CustomerOrderState, Partial<Record<string, CustomerOrderState>>>

export type ProviderOrderEvent = EventOf<typeof providerMoves>
export type CustomerOrderEvent = EventOf<typeof customerMoves>
