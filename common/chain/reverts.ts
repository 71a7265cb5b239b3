import { COIN_SYMBOL, formatCoins } from '../model/money.ts'

/** Arguments of the contracts' errors that are coins, but for that of the one that counts seconds by such a name. */
const amounts: ReadonlySet<string> = new Set(['free', 'wanted', 'balance', 'needed', 'price', 'maxPrice'])
const WITHOUT_AMOUNTS = 'BadTerm'

/** The arguments of a refusal as people read them. @param details of a CALL_REVERTED */
export const revertValues = (details: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(details).map(([name, value]) => [
      name,
      amounts.has(name) && details['revert'] !== WITHOUT_AMOUNTS
        ? `${formatCoins(BigInt(String(value)))} ${COIN_SYMBOL}`
        : String(value),
    ]),
  )
