import { expect, test } from 'vitest'
import { QuoteBudget, type Measurement } from './quote-budget.ts'

const code = (name: string) => expect.objectContaining({ code: name }) as Error
const here = new AbortController().signal

/** Measurements that take as long on the budget's clock as each is told to. */
function engine() {
  let now = 0
  const begun: string[] = []
  const budget = new QuoteBudget(() => now)
  const ask = (wallet: string, ms: number): Promise<number> =>
    budget.measure(wallet, here, () => {
      begun.push(wallet)
      now += ms
      return { result: Promise.resolve(ms), end: () => Promise.resolve() }
    })
  return { ask, begun, budget, pass: (ms: number) => (now += ms) }
}

test('a wallet has so many seconds of the engine an hour, others have theirs, and all together no more than a quarter', async () => {
  const { ask, begun, pass } = engine()
  for (let i = 0; i < 4; i++) await ask('greedy', 30_000)
  await expect(ask('greedy', 1)).rejects.toThrow(code('TOO_MANY_REQUESTS'))
  expect(await ask('honest', 5_000)).toBe(5_000)
  // 125 s are spent; as many wallets as it takes come for the rest of 900 s.
  for (let i = 0; i < 26; i++) await ask(`sybil ${i}`, 30_000)
  const before = begun.length
  await expect(ask('one more', 1)).rejects.toThrow(code('TOO_MANY_REQUESTS'))
  expect(begun).toHaveLength(before)
  pass(3_600_000)
  expect(await ask('greedy', 7)).toBe(7)
})

test('one recipe is measured at a time, and the place is free again however a measurement ends', async () => {
  const { ask, budget } = engine()
  const { promise, reject } = Promise.withResolvers<number>()
  const first = budget.measure('a', here, () => ({ result: promise, end: () => Promise.resolve() }))
  await expect(ask('b', 1)).rejects.toThrow(code('MACHINE_BUSY'))
  reject(new Error('the engine failed'))
  await expect(first).rejects.toThrow('the engine failed')
  expect(await ask('b', 1)).toBe(1)
})

test('a measurement ends with its asker, and is charged all the same; none begins for an asker that left before', async () => {
  const { ask, budget, pass } = engine()
  const asker = new AbortController()
  let ended = 0
  const forever = (): Measurement<number> => ({
    result: new Promise(() => {}),
    end: async () => void ended++,
  })
  const measured = budget.measure('leaver', asker.signal, forever)
  pass(120_000)
  asker.abort()
  await expect(measured).rejects.toThrow(code('ABORTED'))
  expect(ended).toBe(1)
  await expect(ask('leaver', 1)).rejects.toThrow(code('TOO_MANY_REQUESTS'))
  let begun = 0
  const never = (): Measurement<number> => {
    begun++
    return forever()
  }
  await expect(budget.measure('late', asker.signal, never)).rejects.toThrow()
  expect(begun).toBe(0)
})
