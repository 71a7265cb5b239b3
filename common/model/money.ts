/** Amounts are bigint in the smallest unit; 10¹⁸ units make one coin (as ERC-20's `decimals` of 18). */
export const UNITS_PER_COIN = 10n ** 18n
export const COIN_SYMBOL = 'HTH'

/**
 * Reads a decimal amount of coins, such as `12.5`, into units.
 * @throws RangeError for anything that is not a plain decimal with at most 18 places; signs and exponents are refused.
 */
export function parseCoins(text: string): bigint {
  const match = /^(\d{1,30})(?:\.(\d{1,18}))?$/.exec(text.trim())
  if (!match) throw new RangeError(`not an amount: ${text.slice(0, 40)}`)
  return BigInt(match[1]!) * UNITS_PER_COIN + BigInt((match[2] ?? '').padEnd(18, '0'))
}

/** Writes units as exact decimal coins without trailing zeros: the inverse of {@link parseCoins}. */
export function formatCoins(units: bigint): string {
  const sign = units < 0n ? '-' : ''
  const digits = (units < 0n ? -units : units).toString().padStart(19, '0')
  const fraction = digits.slice(-18).replace(/(?<!0)0+$/, '')
  return sign + digits.slice(0, -18) + (fraction && `.${fraction}`)
}
