import { expect, test } from 'vitest'
import type { Preview } from '../../common/api/wallet.ts'
import { describePreview } from './act.ts'

const COIN = 10n ** 18n
const preview: Preview = {
  id: '1',
  action: 'addMachine',
  to: `0x${'1'.repeat(40)}`,
  call: { contract: 'market', verb: 'addMachine', arguments: { spec: '0x01' }, amount: null, price: null },
  amount: 10n * COIN,
  deposit: null,
  highestFee: COIN / 1000n,
  network: 'Practice network',
}

test('what is about to be signed names the coins that it takes, or that are asked for it', () => {
  expect(describePreview(preview)).toBe(
    `addMachine on Practice network: contract ${preview.to}; 10 HTH; highest fee 0.001 ETH; spec 0x01`,
  )
  const listing = { ...preview, amount: null, call: { ...preview.call, price: 3n * COIN } }
  expect(describePreview(listing)).toContain('; for 3 HTH; ')
  expect(describePreview({ ...preview, amount: null })).toContain('; no coins; ')
})

test('a deposit that goes before it is named, with what becomes of it', () => {
  expect(describePreview({ ...preview, deposit: 6n * COIN })).toContain(
    '\n6 HTH are moved to the market first, and stay there if this is refused: hearth wallet withdraw',
  )
})
