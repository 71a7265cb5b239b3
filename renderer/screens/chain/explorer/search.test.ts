import { expect, test } from 'vitest'
import { placeOf } from './search.ts'

const hash = `0x${'ab'.repeat(32)}`
const address = `0x${'Cd'.repeat(20)}`

test('numbers alone are blocks, and hashes and addresses are told apart by their length', () => {
  expect(placeOf(' 12 ')?.to).toBe('/explorer/block/12')
  expect(placeOf('0')?.to).toBe('/explorer/block/0')
  expect(placeOf(hash)).toEqual({ kind: 'transaction', id: hash, to: `/explorer/tx/${hash}` })
  expect(placeOf(address)?.to).toBe(`/explorer/address/${address}`)
})

test('a thing is found by its kind and number, however it is written', () => {
  for (const term of ['order 5', 'Order #5', 'order5', 'ORDER  05', 'order #5'])
    expect(placeOf(term)).toEqual({ kind: 'order', id: '5', to: '/explorer/order/5' })
  expect(placeOf('machine 2')?.to).toBe('/explorer/machine/2')
  expect(placeOf('asset 3')?.to).toBe('/explorer/asset/3')
  expect(placeOf('block 7')?.to).toBe('/explorer/block/7')
})

test('kinds are understood in the language of the window, and in English', () => {
  const words = { order: ['订单'], block: ['区块'], job: ['任务', '训练任务'] }
  expect(placeOf('订单5', words)?.to).toBe('/explorer/order/5')
  expect(placeOf('区块 9', words)?.to).toBe('/explorer/block/9')
  expect(placeOf('训练任务 3', words)?.to).toBe('/explorer/job/3')
  expect(placeOf('order 5', words)?.to).toBe('/explorer/order/5')
})

test('what it does not understand leads nowhere', () => {
  for (const term of ['', 'order', 'cow 5', 'order 0', 'order -5', '1.5', hash.slice(0, -1), `${address}0`, '5 orders'])
    expect(placeOf(term), term).toBeNull()
})
