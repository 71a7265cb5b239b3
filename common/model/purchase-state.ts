import type { EventOf } from './state-machine.ts'

/** What a buyer's machine has of a purchase. The sale's own state comes from the index; this is our side. */
export const purchaseStates = ['waiting', 'opened', 'fetched', 'owned', 'cheated', 'damaged', 'ended'] as const
export type PurchaseState = (typeof purchaseStates)[number]

export const purchaseMoves = {
  // Paid; the sealed data is here, unless it was bought from another data folder.
  waiting: { opened: 'opened', wrongKey: 'cheated', ended: 'ended' },
  opened: { fetched: 'fetched' },
  fetched: { sound: 'owned', broken: 'damaged', wrongKey: 'cheated' },
  owned: {},
  // The key, or a segment's, is not the one that was promised; the complaint is on its way.
  cheated: { ended: 'ended' },
  // The keys are right, and what they open is not what was promised. The money cannot be had back by proof.
  damaged: {},
  ended: {},
} as const satisfies Record<PurchaseState, Partial<Record<string, PurchaseState>>>

export type PurchaseEvent = EventOf<typeof purchaseMoves>

/** A seller's part in a sale: deliver the key, and take the money when the time to complain is over. */
export type SellingState = 'paid' | 'delivered' | 'closed'

export const sellingMoves = {
  paid: { delivered: 'delivered', closed: 'closed' },
  delivered: { closed: 'closed' },
  closed: {},
} as const satisfies Record<SellingState, Partial<Record<string, SellingState>>>
export type SellingEvent = EventOf<typeof sellingMoves>
