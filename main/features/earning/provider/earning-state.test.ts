import { expect, test } from 'vitest'
import { earningState, type EarningFacts } from './earning-state.ts'

/** A machine whose offer is open, and that nobody has ordered from yet. */
const ready: EarningFacts = {
  wallet: 'open',
  backedUp: true,
  network: { up: true, detail: null },
  peer: { up: true, problem: null },
  isMeasured: true,
  broken: null,
  isRegistered: true,
  hasWorked: false,
  isStarted: true,
  snoozedUntil: null,
  blockReason: null,
  atWork: null,
  cost: null,
  isOffered: true,
  awaitsChain: false,
}
const computing = { work: 'order', id: 3, computes: true }

test('nobody has ordered yet only until somebody has', () => {
  expect(earningState(ready)).toMatchObject({ kind: 'waiting', reason: 'no-demand' })
  expect(earningState({ ...ready, hasWorked: true })).toMatchObject({ kind: 'waiting', reason: 'between-orders' })
})

test('what is computed earns, whatever stands in the way of the next order', () => {
  const ways: readonly Partial<EarningFacts>[] = [
    { wallet: 'locked' },
    { network: { up: false, detail: 'gone' } },
    { peer: { up: false, problem: null } },
    { peer: { up: true, problem: 'silent' } },
    { isMeasured: false },
    { broken: 'the engine of another kind of work' },
    { cost: 5n },
  ]
  for (const way of ways) {
    expect(earningState({ ...ready, ...way }).kind).toBe('stopped')
    expect(earningState({ ...ready, ...way, atWork: computing })).toEqual({ kind: 'earning', work: 'order', id: 3 })
  }
})

test('what its owner has paused does not earn, also while the engine finishes its batch', () => {
  const held = { ...ready, atWork: computing }
  expect(earningState({ ...held, isStarted: false })).toMatchObject({ kind: 'stopped', reason: 'paused-by-you' })
  expect(earningState({ ...held, snoozedUntil: 0 })).toMatchObject({ kind: 'stopped', reason: 'snoozed' })
  const blockReason = { reason: 'game', value: 'x', limit: null, until: null } as const
  expect(earningState({ ...held, blockReason })).toMatchObject({ kind: 'stopped', reason: 'game' })
})

test('an order that is fetched or delivered earns while nothing stands in the way', () => {
  const atWork = { ...computing, computes: false }
  expect(earningState({ ...ready, atWork }).kind).toBe('earning')
  expect(earningState({ ...ready, atWork, wallet: 'locked' })).toMatchObject({ reason: 'wallet-locked' })
})
