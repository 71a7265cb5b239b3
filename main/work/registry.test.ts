import { expect, test } from 'vitest'
import { jobKind, settledAs, settlements } from './index.ts'

test('every job about work has words for its end, and stored names keep their spelling', () => {
  const words = Object.values(settlements).flatMap(({ jobs }) =>
    Object.keys(jobs).map((name) => [name, jobKind(name)?.closed(7)]),
  )
  expect(words).toEqual([
    ['serve', 'Order 7 is closed'],
    ['buy', 'Your order 7 is closed'],
    ['train', 'Training job 7 is closed'],
    ['hire', 'Your training job 7 is closed'],
    ['judge', 'The dispute about job 7 is over'],
  ])
})

test('jobs and payments that are no work, or of a later version, are taken for none', () => {
  for (const name of ['sell', 'purchase', 'of-a-later-version', 'toString', '']) expect(jobKind(name)).toBeNull()
  for (const piece of ['sale', 'royalty', 'of-a-later-version', 'toString']) expect(settledAs(piece)).toBeNull()
  expect(['order', 'job'].map((piece) => settledAs(piece)?.onePiece)).toEqual(['an order', 'a training job'])
})
