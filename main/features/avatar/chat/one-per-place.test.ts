import { expect, test } from 'vitest'
import type { MemoryItem } from '../../../../common/model/memory.ts'
import { onePerPlace } from './one-per-place.ts'

const item = (number: number): MemoryItem => ({
  number,
  id: `m${number}`,
  source: 1,
  ts: null,
  author: 'Ada',
  text: `message ${number}`,
  session: null,
})
/** A message amid the one before and the one after it. */
const found = (number: number) => ({
  item: item(number),
  mine: true,
  around: [number - 1, number, number + 1].map(item),
  score: 1 / number,
})

test('a message that stands around a likelier one is no place of its own; one beside those is', () => {
  const numbers = onePerPlace([5, 6, 20, 4, 7, 21].map(found)).map((it) => it.item.number)
  expect(numbers).toEqual([5, 20, 7])
})
