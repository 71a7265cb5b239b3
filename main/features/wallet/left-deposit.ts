import type { OwnTransaction, TransactionStore } from '../chain/index.ts'

/** What was deposited for a transaction that then failed, and stays in the market; null where nothing was. */
export function leftDeposit(
  { state, precededBy }: OwnTransaction,
  store: Pick<TransactionStore, 'get'>,
): bigint | null {
  const before = state === 'failed' && precededBy !== null ? store.get(precededBy) : null
  if (before?.action.kind !== 'deposit' || (before.state !== 'mined' && before.state !== 'final')) return null
  return before.action.amount
}
