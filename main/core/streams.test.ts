import { expect, test } from 'vitest'
import { readAhead } from './streams.ts'

async function* numbers(count: number, log: string[], failAt = Infinity): AsyncGenerator<number> {
  try {
    for (let i = 0; i < count; i++) {
      if (i === failAt) throw new Error(`no ${i}`)
      log.push(`made ${i}`)
      yield i
    }
  } finally {
    log.push('closed')
  }
}

test('reading ahead asks for the next item while one is used, and gives all in order', async () => {
  const log: string[] = []
  for await (const item of readAhead(numbers(3, log))) {
    await Promise.resolve()
    log.push(`used ${item}`)
  }
  expect(log).toEqual(['made 0', 'made 1', 'used 0', 'made 2', 'used 1', 'closed', 'used 2'])
})

test('what fails ahead fails where its item would be used', async () => {
  const used: number[] = []
  const reading = (async () => {
    for await (const item of readAhead(numbers(3, [], 2))) {
      // Longer than it takes the failure to be seen by nobody.
      await new Promise((resolve) => setImmediate(resolve))
      used.push(item)
    }
  })()
  await expect(reading).rejects.toThrow('no 2')
  expect(used).toEqual([0, 1])
})

test('who leaves closes what was read ahead of it', async () => {
  const log: string[] = []
  for await (const item of readAhead(numbers(100, log))) if (item === 1) break
  expect(log.at(-1)).toBe('closed')
  expect(log).toHaveLength(4)
})
