import type { AbiParameter } from 'abitype'
import { expect, test } from 'vitest'
import { someContracts } from '../../test/support/contracts.ts'
import { bucketOf, registry } from './contracts.ts'
import { argumentsOf, shownBucket, shownValue } from './meanings.ts'

const entries = registry.modules.flatMap(({ name, abi }) =>
  abi.flatMap((item) =>
    item.type === 'event' || (item.type === 'function' && item.stateMutability === 'nonpayable')
      ? [{ contract: name, abi, item }]
      : [],
  ),
)

const pathsOf = (inputs: readonly AbiParameter[], within = ''): string[] =>
  inputs.flatMap((input) =>
    'components' in input ? pathsOf(input.components, `${within}${input.name}.`) : [`${within}${input.name}`],
  )

test('every argument that the contracts have is shown by what it means, but for these', () => {
  const raw = entries.flatMap(({ contract, abi, item }) =>
    argumentsOf(contract, abi, item.type, item.name, pathsOf(item.inputs))!
      .filter(({ means }) => means === 'raw')
      .map(({ name }) => `${contract}.${item.name} ${name}`),
  )
  expect(raw.toSorted((a, b) => a.localeCompare(b))).toEqual(
    [
      // Parts of signatures and of public keys.
      'coin.permit v',
      'ledger.depositWithPermit v',
      'market.settle signature',
      'dataMarket.accept keyV',
      'dataMarket.buy keyV',
      'dataMarket.deliver pointV',
      'dataMarket.SaleDelivered pointV',
      'dataMarket.SalePaid keyV',
      // A key that was opened, and a place in a tree.
      'dataMarket.complain opening.pointV',
      'dataMarket.complain opening.secret',
      'dataMarket.complainSegment opening.pointV',
      'dataMarket.complainSegment opening.secret',
      'dataMarket.complainSegment segment.lefts',
      'dataMarket.complainSegment segment.path',
      // What comes with a token is anybody's.
      'dataMarket.safeTransferFrom data',
      // Buckets: what they hold for depends on the contract that holds.
      'ledger.close id',
      'ledger.Closed id',
      'ledger.Held id',
      'ledger.hold id',
      'ledger.release id',
      'ledger.Released id',
    ].toSorted((a, b) => a.localeCompare(b)),
  )
})

test('an id is the number of what its event or function is about', () => {
  const idOf = (contract: 'market' | 'dataMarket' | 'training' | 'jury', type: 'event' | 'function', entry: string) =>
    argumentsOf(contract, registry.module(contract)!.abi, type, entry)?.find(({ name }) => name === 'id')?.means
  expect(idOf('market', 'event', 'MachineAnnounced')).toBe('machine')
  expect(idOf('market', 'function', 'cancelOffer')).toBe('offer')
  expect(idOf('market', 'function', 'complete')).toBe('order')
  expect(idOf('dataMarket', 'event', 'VersionPublished')).toBe('asset')
  expect(idOf('dataMarket', 'function', 'unlist')).toBe('asset')
  expect(idOf('dataMarket', 'function', 'withdraw')).toBe('request')
  expect(idOf('dataMarket', 'event', 'RequestClosed')).toBe('request')
  expect(idOf('dataMarket', 'function', 'rate')).toBe('sale')
  expect(idOf('training', 'event', 'MilestonePaid')).toBe('job')
  expect(idOf('jury', 'event', 'JurorFined')).toBe('dispute')
})

test('functions that share a name are told apart by their arguments', () => {
  const { abi } = registry.module('dataMarket')!
  const names = ['from', 'to', 'tokenId']
  expect(argumentsOf('dataMarket', abi, 'function', 'safeTransferFrom', names)).toHaveLength(3)
  expect(argumentsOf('dataMarket', abi, 'function', 'safeTransferFrom', [...names, 'data'])).toHaveLength(4)
  expect(argumentsOf('dataMarket', abi, 'function', 'safeTransferFrom', ['from'])).toBeUndefined()
})

test('states are words, and one that this version does not know stays a number', () => {
  expect(shownValue('state', 'orderState', '2').text).toBe('completed')
  expect(shownValue('state', 'seatState', '0').text).toBe('drawn')
  expect(shownValue('reason', 'reportReason', '3').text).toBe('misleading')
  expect(shownValue('state', 'orderState', '9')).toEqual({ name: 'state', means: 'raw', text: '9' })
})

test('a bucket of the ledger is what its coins are held for', () => {
  const shown = (holder: keyof typeof someContracts, id: string) =>
    shownBucket(bucketOf(someContracts, someContracts[holder], BigInt(id)), id)
  expect(shown('market', '5')).toEqual({ name: 'heldFor', means: 'order', text: '5' })
  expect(shown('market', String((1n << 255n) | 7n))).toMatchObject({ means: 'machine', text: '7' })
  expect(shown('training', String((1n << 254n) | 3n))).toMatchObject({ means: 'job', text: '3' })
  expect(shown('dataMarket', String((1n << 254n) | 4n))).toMatchObject({ means: 'asset', text: '4' })
  expect(shownBucket(null, '5')).toEqual({ name: 'id', means: 'raw', text: '5' })
})
