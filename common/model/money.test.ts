import { describe, expect, test } from 'vitest'
import { formatCoins, parseCoins } from './money.ts'

describe('coins', () => {
  test('every amount survives writing and reading, to the last unit', () => {
    for (const units of [0n, 1n, 10n ** 17n, 10n ** 18n, 123_456_789_012_345_678_901n, 2n ** 96n])
      expect(parseCoins(formatCoins(units))).toBe(units)
  })

  test.each(['', '-1', '1e3', '1.', '.5', '1,5', '0x10', '1.0000000000000000001', 'NaN', ' '])(
    '"%s" is refused rather than guessed',
    (text) => {
      expect(() => parseCoins(text)).toThrow(RangeError)
    },
  )
})
