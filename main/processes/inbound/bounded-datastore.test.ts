import { Key } from 'interface-datastore/key'
import { expect, test } from 'vitest'
import { BoundedDatastore } from './bounded-datastore.ts'

test('it keeps the newest, and what was written again is new', async () => {
  const store = new BoundedDatastore(10)
  await store.put(new Key('/peers/friend'), Uint8Array.of(1))
  for (let i = 0; i < 1000; i++) {
    await store.put(new Key(`/peers/${i}`), Uint8Array.of(0))
    if (i % 5 === 0) await store.put(new Key('/peers/friend'), Uint8Array.of(1))
  }
  expect(store.size).toBe(10)
  let kept = 0
  for await (const _ of store.queryKeys({})) kept++
  expect(kept).toBe(10)
  expect(store.has(new Key('/peers/friend'))).toBe(true)
  store.delete(new Key('/peers/friend'))
  expect(store.has(new Key('/peers/friend'))).toBe(false)
})
