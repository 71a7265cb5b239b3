import { move, type EventOf } from './state-machine.ts'

/** Life of a training run, done on this machine or on the market. */
export type RunState = 'preparing' | 'ready' | 'running' | 'paused' | 'ordered' | 'finished' | 'failed'

export const runMoves = {
  preparing: { prepared: 'ready', failed: 'failed' },
  ready: { started: 'running', ordered: 'ordered' },
  running: { paused: 'paused', finished: 'finished', failed: 'failed' },
  paused: { started: 'running', ordered: 'ordered' },
  // A machine on the market does it. What it proved stays, so the run can go on here or elsewhere.
  ordered: { returned: 'paused', untouched: 'ready', finished: 'finished' },
  // Checkpoints are kept, so a failed run is tried again from the last of them.
  failed: { started: 'running' },
  finished: {},
} as const satisfies Record<RunState, Partial<Record<string, RunState>>>

export const nextRun = (state: RunState, event: EventOf<typeof runMoves>): RunState =>
  move<RunState, typeof runMoves>(runMoves, state, event)
