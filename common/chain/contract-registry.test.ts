import { expect, test } from 'vitest'
import { interfaces, registry } from './contracts.ts'
import { someContracts } from '../../test/support/contracts.ts'

const contracts = someContracts
const data = interfaces.market.encodeFunctionData('placeOrder', [7, 600, 5n, `0x${'ab'.repeat(32)}`])

test('an order is told with the most that it can cost', () => {
  expect(registry.describe(contracts, contracts.market.toUpperCase().replace('0X', '0x'), data)).toMatchObject({
    contract: 'market',
    verb: 'placeOrder',
    amount: 3000n,
    arguments: { offerId: '7', term: '600' },
  })
})

test('the same call to another address, a truncated one and an unknown selector are not described', () => {
  expect(registry.describe(contracts, `0x${'44'.repeat(20)}`, data)).toBeNull()
  expect(registry.describe(contracts, contracts.market, data.slice(0, -2))).toBeNull()
  expect(registry.describe(contracts, contracts.market, '0xdeadbeef')).toBeNull()
  expect(registry.describe(contracts, null, data)).toBeNull()
})

test('the fields of a structure are told each by its name', () => {
  const hash = (byte: string): string => `0x${byte.repeat(32)}`
  const version = {
    content: hash('01'),
    keyCommit: hash('02'),
    salt: hash('03'),
    metadata: hash('04'),
    segments: hash('05'),
    count: 6,
  }
  const call = interfaces.dataMarket.encodeFunctionData('publish', [7, version])
  expect(registry.describe(contracts, contracts.dataMarket, call)?.arguments).toEqual({
    id: '7',
    'version.content': hash('01'),
    'version.keyCommit': hash('02'),
    'version.salt': hash('03'),
    'version.metadata': hash('04'),
    'version.segments': hash('05'),
    'version.count': '6',
  })
})
