import { keccak256 } from 'ethers'
import { beforeAll, describe, expect, test } from 'vitest'
import { pointOf, scalarOf, wrap } from './sale-keys.ts'
import { someNetwork } from '../../../test/support/contracts.ts'
import { Vault } from './vault.ts'

const PHRASE = 'test test test test test test test test test test test junk'
const OTHER = 'legal winner thank year wave sausage worth useful legal winner thank yellow'
const dataset = 'ab'.repeat(32)
const salt = '12'.repeat(32)
const purchase = { chainId: 31_337, contract: `0x${'66'.repeat(20)}`, asset: 7, version: 2 }

describe('the keys of sales', () => {
  const [seller, buyer] = [new Vault(), new Vault()]
  beforeAll(async () => {
    await seller.import(PHRASE, 'correct horse', someNetwork)
    await buyer.import(OTHER, 'correct horse', someNetwork)
  })

  test(
    'a dataset’s key comes back from the recovery words, and is another for each version, sealing ' + 'and wallet',
    async () => {
      const again = new Vault()
      await again.import(PHRASE, 'another passphrase', someNetwork)
      const key = seller.dataKey({ dataset, version: 1, salt })
      expect(again.dataKey({ dataset, version: 1, salt })).toBe(key)
      expect(
        new Set([
          key,
          seller.dataKey({ dataset, version: 2, salt }),
          buyer.dataKey({ dataset, version: 1, salt }),
          seller.dataKey({ dataset: 'cd'.repeat(32), version: 1, salt }),
          seller.dataKey({ dataset, version: 1, salt: '34'.repeat(32) }),
        ]).size,
      ).toBe(5)
    },
  )

  test('what a seller seals for a buyer, that buyer opens, and nobody else', () => {
    const key = seller.dataKey({ dataset, version: 1, salt })
    const point = buyer.purchaseKey({ ...purchase, serial: 3 })
    const sealed = seller.sealForBuyer({ dataset, version: 1, salt, sale: 5, buyer: point })
    expect(buyer.openDelivery({ ...purchase, sale: 5, buyer: point.x, ...sealed })).toBe(key)
    expect(buyer.openDelivery({ ...purchase, sale: 6, buyer: point.x, ...sealed })).not.toBe(key)
    expect(() => seller.openDelivery({ ...purchase, sale: 5, buyer: point.x, ...sealed })).toThrow('another wallet')
    expect(wrap(sealed.wrapped, buyer.purchaseSecret({ ...purchase, buyer: point.x }), sealed.point, 5)).toBe(key)
  })

  test('every purchase has a key of its own, since a complaint makes its secret public', () => {
    const keys = [0, 1, 2].map((serial) => buyer.purchaseKey({ ...purchase, serial }).x)
    expect(
      new Set([
        ...keys,
        buyer.purchaseKey({ ...purchase, asset: 8, serial: 0 }).x,
        buyer.purchaseKey({ ...purchase, chainId: 1, serial: 0 }).x,
      ]).size,
    ).toBe(5)
  })

  test('each sealing uses another point, so two buyers of one sale number tell nothing', () => {
    const point = buyer.purchaseKey({ ...purchase, serial: 0 })
    const [a, b] = [0, 1].map(() => seller.sealForBuyer({ dataset, version: 1, salt, sale: 5, buyer: point }))
    expect(a!.point.x).not.toBe(b!.point.x)
    expect(a!.wrapped).not.toBe(b!.wrapped)
  })

  test('a point that is on no curve opens nothing', () => {
    const none = { x: `0x${'00'.repeat(31)}05`, v: 27 as const }
    const point = buyer.purchaseKey({ ...purchase, serial: 0 })
    expect(
      buyer.openDelivery({ ...purchase, sale: 5, buyer: point.x, point: none, wrapped: keccak256('0x') }),
    ).toBeNull()
    expect(() => seller.sealForBuyer({ dataset, version: 1, salt, sale: 5, buyer: none })).toThrow('no point')
  })

  test('a locked vault makes no keys', () => {
    expect(() => new Vault().dataKey({ dataset, version: 1, salt })).toThrow('unlock')
  })
})

test('scalars are reduced into the group and never zero', () => {
  expect(scalarOf(new Uint8Array(48))).toBe(`0x${'00'.repeat(31)}01`)
  expect(pointOf(scalarOf(new Uint8Array(48))).x).toBe(
    '0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798',
  )
  expect(BigInt(scalarOf(new Uint8Array(48).fill(255)))).toBeLessThan(2n ** 256n)
})
