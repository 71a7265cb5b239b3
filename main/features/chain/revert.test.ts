import { expect, test } from 'vitest'
import { registry } from '../../../common/chain/contracts.ts'
import { revertError } from './revert.ts'

const { ledger, market, dataMarket } = registry.interfaces
const account = `0x${'11'.repeat(20)}`

test.each([
  [
    ledger.encodeErrorResult('NotEnoughFree', [account, 0n, 10n ** 19n]),
    'You have 0 HTH free in the market and need 10 HTH. Deposit more, or free what is held.',
  ],
  [market.encodeErrorResult('BadTerm', [30n, 3600n]), '30 seconds were asked for; the offer allows 60 to 3600.'],
  [
    dataMarket.encodeErrorResult('KeyIsGood', [7n]),
    'The delivered key is right, so there is nothing to complain about.',
  ],
  ['0x12345678', 'The contract refused without a reason that Hearth knows. execution reverted'],
])('what a contract refuses is said in words: %s', (data, words) => {
  expect(revertError({ code: 3, message: 'execution reverted', data })).toMatchObject({
    code: 'CALL_REVERTED',
    message: words,
  })
})

test('an error that is no refusal is left to others', () => {
  expect(revertError({ code: -32_601, message: 'method not found' })).toBeNull()
})
