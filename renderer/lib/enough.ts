import type { Overview } from '../../common/api/system.ts'

/**
 * Whether somebody can pay an amount: what the market lacks is moved there from the wallet. Unknown balances are no
 * reason to refuse; the host looks again.
 */
export const isEnough = (balances: Overview['balances'], amount: bigint): boolean =>
  balances === null || balances.wallet === null || balances.market + balances.wallet >= amount
