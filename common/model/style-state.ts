import { move, type EventOf } from './state-machine.ts'

/** From what a person wrote to a style that their avatar can speak in. */
export const styleJobStates = ['gathering', 'training', 'evaluating', 'ready', 'failed', 'cancelled'] as const
export type StyleJobState = (typeof styleJobStates)[number]

export const styleJobMoves = {
  gathering: { gathered: 'training', failed: 'failed', cancelled: 'cancelled' },
  training: { trained: 'evaluating', failed: 'failed', cancelled: 'cancelled' },
  evaluating: { evaluated: 'ready', failed: 'failed', cancelled: 'cancelled' },
  ready: {},
  // What was gathered and trained is gone by then; learning begins anew.
  failed: { again: 'gathering' },
  cancelled: { again: 'gathering' },
} as const satisfies Record<StyleJobState, Partial<Record<string, StyleJobState>>>

export const nextStyleJob = (state: StyleJobState, event: EventOf<typeof styleJobMoves>): StyleJobState =>
  move<StyleJobState, typeof styleJobMoves>(styleJobMoves, state, event)
