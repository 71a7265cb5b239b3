import { COIN_SYMBOL, formatCoins } from '../model/money.ts'

/**
 * Arguments of the contracts' errors, and of a lack of coins, that are amounts; the one that counts seconds by such a
 * name is left out.
 */
const amounts: ReadonlySet<string> = new Set([
  'free',
  'wanted',
  'balance',
  'needed',
  'price',
  'maxPrice',
  'wallet',
  'missing',
])
const WITHOUT_AMOUNTS = 'BadTerm'

/** The arguments of a refusal as people read them. @param details of a CALL_REVERTED or NOT_ENOUGH_COINS */
export const revertValues = (details: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(details).map(([name, value]) => [
      name,
      amounts.has(name) && details['revert'] !== WITHOUT_AMOUNTS
        ? `${formatCoins(BigInt(String(value)))} ${COIN_SYMBOL}`
        : String(value),
    ]),
  )
