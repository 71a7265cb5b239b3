import { expect, test } from 'vitest'
import { isEnough } from './enough.ts'

test('the wallet makes up for what the market lacks, and no more', () => {
  const balances = { market: 3n, wallet: 4n, gas: null }
  expect(isEnough(balances, 7n)).toBe(true)
  expect(isEnough(balances, 8n)).toBe(false)
})

test('a balance that is not known yet refuses nothing', () => {
  expect(isEnough(null, 8n)).toBe(true)
  expect(isEnough({ market: 3n, wallet: null, gas: null }, 8n)).toBe(true)
})
