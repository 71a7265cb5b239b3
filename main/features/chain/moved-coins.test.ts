import { expect, test } from 'vitest'
import { movedCoins } from './moved-coins.ts'

const said = (contract: string, name: string, args: Record<string, string>) => ({ contract, name, args })

test('a deposit counts once, although the coin says it too', () => {
  const transfer = said('coin', 'Transfer', { value: '100' })
  expect(movedCoins([transfer, said('ledger', 'Deposited', { amount: '100' })])).toBe(100n)
  expect(movedCoins([transfer])).toBe(100n)
})

test('the end of an order counts what was paid; where nothing was, what came back', () => {
  expect(movedCoins([said('ledger', 'Closed', { paid: '10', refunded: '90' })])).toBe(10n)
  expect(movedCoins([said('ledger', 'Closed', { paid: '0', refunded: '100' })])).toBe(100n)
})

test('several payments are added up', () => {
  const released = (amount: string) => said('ledger', 'Released', { amount })
  expect(movedCoins([released('3'), released('4'), said('ledger', 'Closed', { paid: '5', refunded: '0' })])).toBe(12n)
})

test('what moves no coins has no amount', () => {
  expect(movedCoins([said('market', 'OfferCancelled', { id: '1' })])).toBeNull()
  expect(movedCoins([])).toBeNull()
})
