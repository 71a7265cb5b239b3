import { move, type EventOf } from './state-machine.ts'

/** Life of a job that the runner drives: a download, an import, a training, the learning of a style. */
export type JobState = 'queued' | 'running' | 'paused' | 'done' | 'failed' | 'cancelled'

export const jobMoves = {
  queued: { started: 'running', paused: 'paused', cancelled: 'cancelled', failed: 'failed' },
  // `interrupted`: the app ended in its middle.
  running: { finished: 'done', failed: 'failed', paused: 'paused', cancelled: 'cancelled', interrupted: 'queued' },
  paused: { resumed: 'queued', cancelled: 'cancelled' },
  failed: { resumed: 'queued', cancelled: 'cancelled' },
  done: {},
  cancelled: {},
} as const satisfies Record<JobState, Partial<Record<string, JobState>>>

export type JobEvent = EventOf<typeof jobMoves>
export const nextJob = (state: JobState, event: JobEvent): JobState =>
  move<JobState, typeof jobMoves>(jobMoves, state, event)
