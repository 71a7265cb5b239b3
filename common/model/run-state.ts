import { move, type EventOf } from './state-machine.ts'

/** Life of a training run on this machine. */
export type RunState = 'preparing' | 'ready' | 'running' | 'paused' | 'finished' | 'failed'

export const runMoves = {
  preparing: { prepared: 'ready', failed: 'failed' },
  ready: { started: 'running' },
  running: { paused: 'paused', finished: 'finished', failed: 'failed' },
  paused: { started: 'running' },
  // Checkpoints are kept, so a failed run is tried again from the last of them.
  failed: { started: 'running' },
  finished: {},
} as const satisfies Record<RunState, Partial<Record<string, RunState>>>

export const nextRun = (state: RunState, event: EventOf<typeof runMoves>): RunState => move<RunState, typeof runMoves>(runMoves, state, event)
