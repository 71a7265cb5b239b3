import { expect, test } from 'vitest'
import type { Item } from '../../../../common/model/item.ts'
import type { ExportOptions } from '../../../../common/model/dataset.ts'
import { planSplits } from './splits.ts'

const HOUR = 3600_000
const item = (session: string | null, hour: number | null, id: string | number = 0): Item => ({
  id: `${id}`,
  ts: hour === null ? null : hour * HOUR,
  author: null,
  text: '',
  session,
})
const shares = { train: 0.8, validation: 0.1, test: 0.1 }
async function* each(items: readonly Item[]) {
  yield* items
}
async function split(items: readonly Item[], request: { shares?: ExportOptions['shares']; seed?: string } = {}) {
  const splitOf = await planSplits(each(items), { shares, seed: '1', ...request })
  return items.map(splitOf)
}
const counts = (splits: readonly string[]): Record<string, number> =>
  Object.fromEntries(
    ['train', 'validation', 'test'].map((name) => [name, splits.filter((split) => split === name).length]),
  )

test('one long chat is cut at its pauses, and each part gets its share', async () => {
  // Two hundred evenings of five messages, an hour apart.
  const chat = Array.from({ length: 1000 }, (_, i) => item('chat', Math.floor(i / 5) * 24 + (i % 5), i))
  const splits = await split(chat)
  expect(counts(splits)).toEqual({ train: 800, validation: 100, test: 100 })
  for (let evening = 0; evening < 200; evening++)
    expect(new Set(splits.slice(evening * 5, evening * 5 + 5)).size).toBe(1)
})

test('what is said without a pause, or without a time, stays together and is trained on', async () => {
  expect(counts(await split(Array.from({ length: 50 }, (_, i) => item('talk', i, i))))).toEqual({
    train: 50,
    validation: 0,
    test: 0,
  })
  expect(counts(await split(Array.from({ length: 50 }, (_, i) => item('diary', null, i))))).toEqual({
    train: 50,
    validation: 0,
    test: 0,
  })
  expect(await split([])).toEqual([])
})

test(
  'conversations that are told by turns are each whole, pauses or none, while none is longer ' + 'than a share',
  async () => {
    const chats = Array.from({ length: 400 }, (_, i) => item(`chat ${i % 40}`, i, i))
    const splits = await split(chats, { shares: { train: 0.6, validation: 0.2, test: 0.2 } })
    for (let chat = 0; chat < 40; chat++) expect(new Set(splits.filter((_, i) => i % 40 === chat)).size).toBe(1)
    expect(counts(splits)).toEqual({ train: 240, validation: 80, test: 80 })
  },
)

test('names of conversations decide nothing, and the seed decides', async () => {
  const chats = (name: string) => Array.from({ length: 300 }, (_, i) => item(`${name}${Math.floor(i / 3)}`, i, i))
  const splits = await split(chats('a'))
  expect(await split(chats('b'))).toEqual(splits)
  expect(await split(chats('a'), { seed: '2' })).not.toEqual(splits)
})

test('what belongs to no conversation is drawn one by one, and all of it may be tested on', async () => {
  const rows = Array.from({ length: 1000 }, (_, i) => item(null, i, i))
  expect(counts(await split(rows))).toEqual({ train: 800, validation: 100, test: 100 })
  expect(counts(await split(rows, { shares: { train: 0, validation: 0, test: 1 } }))).toEqual({
    train: 0,
    validation: 0,
    test: 1000,
  })
})
