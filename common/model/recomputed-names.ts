/** How a thing can be checked: by computing anew what the chain says of it, or by executing a proof again. */
export const checkWays = ['recompute', 'again'] as const
export type CheckWay = (typeof checkWays)[number]

/** What is computed anew of the chain and of things on it; for the window as well, which loads no schemas. */
export const recomputedNames = [
  // Transactions
  'transaction',
  'sender',
  'transactions',
  'events',
  'receipts',
  'header',
  // Draws
  'drawBlock',
  'lot',
  'beacon',
  'sample',
  'since',
  'seed',
  'jury',
  'juryKept',
  // Money and receipts
  'receiptDigest',
  'receiptSigner',
  'served',
  'paid',
  'refunded',
  'ledgerPaid',
  'held',
  // Content
  'work',
  'content',
  'metadata',
  'shown',
  'keyCommit',
  'keysRoot',
  'buyerKey',
  'delivery',
  // Proofs of training
  'proof',
  'segment',
] as const
export type RecomputedName = (typeof recomputedNames)[number]

/** What there may be several of in one thing. */
export const checkedParts = ['round', 'milestone', 'segment', 'version'] as const

/** Why something cannot be told. */
export const unknownReasons = [
  /** This version does not know its form. */ 'form',
  /** The bytes that it is computed from are not on this machine. */ 'bytes',
  /** The endpoint does not keep the block, or what stood at it. */ 'block',
  /** The chain has not said it. */ 'unsaid',
  /** It is being checked at this moment. */ 'busy',
] as const
export type UnknownReason = (typeof unknownReasons)[number]

/** What came of a check in all; `none` where no two values stand side by side. */
export function outcomeOf(
  rows: readonly { readonly here: string | null; readonly said: string | null }[],
): 'equal' | 'partly' | 'none' | 'differs' {
  const told = rows.filter(({ here, said }) => here !== null && said !== null)
  if (told.some(({ here, said }) => here !== said)) return 'differs'
  return told.length === rows.length ? 'equal' : told.length > 0 ? 'partly' : 'none'
}
