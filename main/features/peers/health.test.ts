import { expect, test } from 'vitest'
import { PeerHealth } from './health.ts'

function health(answers: (string | null)[]) {
  let [now, restarts] = [0, 0]
  const checked = new PeerHealth({
    probe: async () => answers.shift() ?? null,
    restart: async () => void restarts++,
    now: () => now,
  })
  return { checked, restarts: () => restarts, pass: (ms: number) => (now += ms) }
}

test('a host that is not answered from outside says so at once, and its node is started again', async () => {
  const { checked, restarts } = health([null, 'silent', 'silent', null, 'silent', 'silent', 'silent', null])
  await checked.check()
  expect(checked.problem).toBeNull()
  await checked.check()
  expect(checked.problem).toBe('silent')
  await checked.check()
  await checked.check()
  expect([checked.problem, restarts()]).toEqual([null, 0])
  for (let i = 0; i < 3; i++) await checked.check()
  expect([checked.problem, restarts()]).toEqual(['silent', 1])
  await checked.check()
  expect(checked.problem).toBeNull()
})

test('a node that stays silent is not started again all the time', async () => {
  const { checked, restarts, pass } = health(Array<string>(20).fill('silent'))
  for (let i = 0; i < 9; i++) await checked.check()
  expect(restarts()).toBe(1)
  pass(600_000)
  await checked.check()
  expect(restarts()).toBe(2)
})
