import { afterEach, expect, test } from 'vitest'
import { setTimeout as sleep } from 'node:timers/promises'
import { until } from '../cli/act.ts'
import { LoopDelay } from './loop-delay.ts'

const delay = new LoopDelay()
afterEach(() => delay.stop())

function block(ms: number): void {
  const end = performance.now() + ms
  while (performance.now() < end);
}

test('a loop is looked at closely while it is in use, and what it was late by is kept', async () => {
  delay.start()
  expect(delay.isClose).toBe(true)
  await sleep(50)
  block(120)
  await until('the sample after it', async () => delay.figures.longest >= 100)
  await until('rest', async () => !delay.isClose)
  expect(delay.figures.longest).toBeGreaterThanOrEqual(100)
  // Its own rest is no delay.
  await until('use', async () => (block(40), delay.isClose))
  await sleep(50)
  expect(delay.figures.longest).toBeLessThan(1_000)
})
