import { concat, keccak256 } from 'ethers'
import { beforeEach, expect, test } from 'vitest'
import type { SaleRow } from '../../../../common/model/data-market.ts'
import { Vault } from '../../../processes/vault/vault.ts'
import { someContracts, someNetwork } from '../../../../test/support/contracts.ts'
import { SaleVault } from './sale-vault.ts'

const hash = (byte: string): string => `0x${byte.repeat(32)}`
const network = { chainId: 31_337, contracts: someContracts }
const sealed = { dataset: 'ab'.repeat(32), version: 1, salt: '12'.repeat(32) }
const SALT = `0x${sealed.salt}`

const [buyerKeys, sellerKeys] = [new Vault(), new Vault()]
await buyerKeys.import('test test test test test test test test test test test junk', 'correct horse', someNetwork)
await sellerKeys.import(
  'legal winner thank year wave sausage worth useful legal winner thank yellow',
  'correct horse',
  someNetwork,
)
const keyCommit = keccak256(concat([sellerKeys.dataKey(sealed), SALT]))

interface Delivery {
  readonly point: { readonly x: string; readonly v: 27 | 28 }
  readonly wrapped: string
}
let delivery: Delivery | null
let used: Set<string>
let behind: boolean
let vault: SaleVault
const point = buyerKeys.purchaseKey({
  chainId: 31_337,
  contract: someContracts.dataMarket,
  asset: 7,
  version: 1,
  serial: 0,
})

beforeEach(() => {
  ;[delivery, used, behind] = [null, new Set(), false]
  vault = new SaleVault({
    network,
    account: () => '0xme',
    isBehind: () => behind,
    reads: {
      purchases: () => 0,
      isKeyUsed: (x) => used.has(x),
      keys: () => ({ buyer: point, delivery }),
      sale: (id): SaleRow => ({
        id,
        asset: 7,
        version: 1,
        buyer: '0xme',
        seller: '0xs',
        price: 1n,
        state: 'delivered',
        until: 1,
        paid: 0n,
        royalty: 0n,
        wrongKey: false,
        stars: null,
        boughtTime: 0,
        closedTime: null,
        transactions: [],
      }),
      version: () => ({
        version: 1,
        content: hash('01'),
        metadata: hash('02'),
        preview: null,
        keyCommit,
        salt: SALT,
        segments: hash('03'),
        count: 0,
        drawBlock: 0,
        draw: null,
        time: 0,
      }),
    },
    vault: () =>
      Promise.resolve({
        dataKey: (input) => Promise.resolve({ key: buyerKeys.dataKey(input) }),
        sealForBuyer: (input) => Promise.resolve(buyerKeys.sealForBuyer(input)),
        purchaseKey: (input) => Promise.resolve(buyerKeys.purchaseKey(input)),
        openDelivery: (input) => Promise.resolve({ key: buyerKeys.openDelivery(input) }),
        purchaseSecret: (input) => Promise.resolve({ secret: buyerKeys.purchaseSecret(input) }),
      }),
  })
})

/** What the chain has where the contract took whatever the seller wrote. */
const written = (v: number, x?: string): Delivery => {
  const right = sellerKeys.sealForBuyer({ ...sealed, sale: 5, buyer: point })
  const row: Delivery = JSON.parse(JSON.stringify({ ...right, point: { x: x ?? right.point.x, v } })) as Delivery
  return row
}

test('a key that was delivered right opens', async () => {
  const right = sellerKeys.sealForBuyer({ ...sealed, sale: 5, buyer: point })
  delivery = right
  expect(`0x${await vault.open(5)}`).toBe(sellerKeys.dataKey(sealed))
})

test.each([
  ['y is neither even nor odd', () => written(99)],
  ['y is 0', () => written(0)],
  ['x is on no curve', () => written(27, hash('00').replace(/00$/, '05'))],
  ['x is zero', () => written(27, hash('00'))],
  ['x is above the field', () => written(28, hash('ff'))],
])('a delivery that nobody can open is a wrong key and can be complained about: %s', async (_, make) => {
  delivery = make()
  expect(await vault.open(5)).toBeNull()
  expect(await vault.opening(5)).toMatchObject({
    pointX: delivery.point.x,
    pointV: delivery.point.v,
    salt: SALT,
    segments: hash('03'),
  })
})

test('no two purchases share a key, though the index knows of none of them', async () => {
  const first = await vault.purchaseKey(7, 1)
  const second = await vault.purchaseKey(7, 1)
  used.add(
    buyerKeys.purchaseKey({ chainId: 31_337, contract: someContracts.dataMarket, asset: 7, version: 1, serial: 2 }).x,
  )
  const third = await vault.purchaseKey(7, 1)
  expect(new Set([first.keyX, second.keyX, third.keyX, ...used]).size).toBe(4)
})

test('no key is given while the index may miss a purchase that was made elsewhere', async () => {
  behind = true
  await expect(vault.purchaseKey(7, 1)).rejects.toMatchObject({ code: 'NETWORK_DOWN' })
})
