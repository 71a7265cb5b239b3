import { describe, expect, test } from 'vitest'
import { nextFact } from './fact-state.ts'
import { customerMoves, providerMoves } from './order-state.ts'
import { IllegalMove, move, type Moves } from './state-machine.ts'
import { purchaseMoves, sellingMoves } from './purchase-state.ts'
import { runMoves } from './run-state.ts'
import { trainingCustomerMoves, juryMoves, trainingProviderMoves } from './training-job-state.ts'
import { styleJobMoves } from './style-state.ts'
import { nextTransaction, transactionMoves } from './transaction-state.ts'

const machines: Readonly<Record<string, { moves: Moves<string>; ends: readonly string[] }>> = {
  serving: { moves: providerMoves, ends: ['closed'] },
  buying: { moves: customerMoves, ends: ['closed'] },
  providing: { moves: trainingProviderMoves, ends: ['closed'] },
  hiring: { moves: trainingCustomerMoves, ends: ['closed'] },
  jury: { moves: juryMoves, ends: ['closed'] },
  purchase: { moves: purchaseMoves, ends: ['owned', 'damaged', 'ended'] },
  selling: { moves: sellingMoves, ends: ['closed'] },
  run: { moves: runMoves, ends: ['finished'] },
  style: { moves: styleJobMoves, ends: ['ready'] },
  transaction: { moves: transactionMoves, ends: ['final', 'failed', 'cancelled'] },
}

test('a fact can be kept and rejected, and taken back, and nothing proposes it again', () => {
  expect([
    nextFact('proposed', 'keep'),
    nextFact('proposed', 'reject'),
    nextFact('kept', 'reject'),
    nextFact('rejected', 'keep'),
  ]).toEqual(['kept', 'rejected', 'rejected', 'kept'])
  for (const [state, event] of [
    ['kept', 'keep'],
    ['rejected', 'reject'],
  ] as const)
    expect(() => nextFact(state, event)).toThrow(IllegalMove)
})

describe.each(Object.entries(machines))('the %s states', (_name, { moves, ends }) => {
  const events = [...new Set(Object.values(moves).flatMap((row) => Object.keys(row)))]

  test('every move that the table does not name is refused', () => {
    for (const state of Object.keys(moves)) {
      for (const event of events) {
        const target = moves[state]![event]
        if (target === undefined) expect(() => move(moves, state, event as never)).toThrow(IllegalMove)
        else expect(move(moves, state, event as never)).toBe(target)
      }
    }
  })

  test('every state reaches an end, and ends have no way out', () => {
    for (const start of Object.keys(moves)) {
      const seen = new Set([start])
      for (const state of seen) for (const next of Object.values(moves[state]!)) seen.add(next!)
      expect(
        ends.some((end) => seen.has(end)),
        `${start} reaches an end`,
      ).toBe(true)
    }
    for (const end of ends) expect(moves[end]).toEqual({})
  })
})

test('an order ends by the chain closing it from any state on either side', () => {
  for (const moves of [providerMoves, customerMoves] as Moves<string>[])
    for (const state of Object.keys(moves)) if (state !== 'closed') expect(move(moves, state, 'closed')).toBe('closed')
})

test('a reorganisation takes a mined transaction back to sent, never a final one', () => {
  expect(nextTransaction('mined', 'reorganised')).toBe('sent')
  expect(() => nextTransaction('final', 'reorganised')).toThrow(IllegalMove)
})
