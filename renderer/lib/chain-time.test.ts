import { expect, test } from 'vitest'
import { chainTime } from './chain-time.ts'
import { dateTime } from './format.ts'

test('seconds are a date for as long as there are dates, and what is later is none', () => {
  expect(chainTime('1796070508')).toBe(1_796_070_508_000)
  // The most that the contracts' own times can hold.
  expect(() => dateTime(chainTime(String(2n ** 40n - 1n))!, 'en')).not.toThrow()
  expect(() => dateTime(chainTime('8640000000000')!, 'en')).not.toThrow()
  expect(chainTime('8640000000001')).toBeNull()
  expect(chainTime(String(2n ** 256n - 1n))).toBeNull()
})
