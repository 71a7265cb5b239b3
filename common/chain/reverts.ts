import { COIN_SYMBOL, formatCoins } from '../model/money.ts'

/** What is coins among the details of a refusal, by the contracts' error; without one they tell of a lack of coins. */
const coinsOf: Readonly<Record<string, readonly string[]>> = {
  NotEnoughFree: ['free', 'wanted'],
  NotEnoughHeld: ['held', 'wanted'],
  ERC20InsufficientBalance: ['balance', 'needed'],
  ERC20InsufficientAllowance: ['allowance', 'needed'],
  PriceAboveMax: ['price', 'maxPrice'],
}
const LACK = ['wanted', 'free', 'wallet', 'missing']

/** The details of a refusal as people read them. @param details of a CALL_REVERTED or NOT_ENOUGH_COINS */
export function revertValues(details: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const { revert } = details
  const coins = typeof revert === 'string' ? (coinsOf[revert] ?? []) : LACK
  return Object.fromEntries(
    Object.entries(details).map(([name, value]) => [
      name,
      // What another machine says of a refusal may be anything.
      coins.includes(name) && /^\d{1,80}$/.test(String(value))
        ? `${formatCoins(BigInt(String(value)))} ${COIN_SYMBOL}`
        : String(value),
    ]),
  )
}
