import { COIN_SYMBOL, formatCoins } from '../../../common/model/money.ts'
import { HearthError } from '../../../common/errors/index.ts'

/** The ledger's refusal of a call that would hold more than an account has free. */
export interface NotEnoughFree extends HearthError {
  readonly details: { readonly account: string; readonly free: string; readonly wanted: string }
}

/** Whether a call was refused for want of an account's own free coins, and for nothing else. */
export const isShortOfFree = (error: unknown, account: string): error is NotEnoughFree =>
  error instanceof HearthError &&
  error.code === 'CALL_REVERTED' &&
  error.details['revert'] === 'NotEnoughFree' &&
  String(error.details['account']).toLowerCase() === account.toLowerCase()

/** What a deposit must bring for the call to go through. @throws HearthError NOT_ENOUGH_COINS */
export function shortfall({ details }: NotEnoughFree, inWallet: bigint): bigint {
  const [free, wanted] = [BigInt(details.free), BigInt(details.wanted)]
  const missing = wanted - free
  if (missing <= inWallet) return missing
  const coins = (units: bigint): string => `${formatCoins(units)} ${COIN_SYMBOL}`
  throw new HearthError(
    'NOT_ENOUGH_COINS',
    `this takes ${coins(wanted)}: ${coins(free)} are free in the market and ${coins(inWallet)} in the wallet, so ` +
      `${coins(missing - inWallet)} are missing`,
    { wanted: String(wanted), free: String(free), wallet: String(inWallet), missing: String(missing - inWallet) },
  )
}
