import { move, type EventOf } from './state-machine.ts'

/**
 * What became of something that the memory holds to be true. Only its person decides; nothing is dropped in silence.
 */
export const factStates = ['proposed', 'kept', 'rejected'] as const
export type FactState = (typeof factStates)[number]

export const factMoves = {
  proposed: { keep: 'kept', reject: 'rejected' },
  kept: { reject: 'rejected' },
  // Not proposed again, and not lost: it can be taken back.
  rejected: { keep: 'kept' },
} as const satisfies Record<FactState, Partial<Record<string, FactState>>>

export type FactEvent = EventOf<typeof factMoves>
export const nextFact = (state: FactState, event: FactEvent): FactState =>
  move<FactState, typeof factMoves>(factMoves, state, event)
