import type * as z from 'zod'
import type { JobSaying } from '../../../common/model/job-saying-names.ts'

/** How far a job is. */
export interface JobProgress {
  /** A key of the window's words, such as `reading`. */
  readonly step: string
  readonly done: number
  /** Null where nobody knows how much there is. */
  readonly of: number | null
  readonly unit: 'items' | 'bytes' | 'steps' | 'share'
}

/** Why a running job is ended before its end: by a person, or with the app. */
export type Ending = 'pause' | 'cancel' | 'stop'

/** What a running job is given. */
export interface JobContext<Payload> {
  readonly id: string
  readonly payload: Payload
  /** Aborted with its reason, an `Ending`; what was reached should stay usable. */
  readonly signal: AbortSignal
  readonly progress: (progress: JobProgress) => void
  readonly log: (saying: JobSaying) => void
}

/** One kind of long work. Registered once with the runner; nothing else names it. */
export interface JobHandler<Payload, Result = void> {
  readonly type: string
  readonly payload: z.ZodType<Payload>
  /** Of a job that the app's end cut off: `resume` begins it again by itself, `pause` waits for a person. */
  readonly recovery: 'resume' | 'pause'
  /** How often a job is begun while the app dies over it; it may be the reason itself. */
  readonly attempts: number
  /** How many of this type run at once; further ones wait in the order in which they came. */
  readonly concurrency: number
  /** Whether it can be paused and goes on from where it stood. */
  readonly pausable: boolean
  /**
   * What a job is about: a request takes the place of a paused or ended one about the same, and what that has kept is
   * this one's. Without: of a failed one with the same name.
   */
  readonly subject?: (payload: Payload) => string
  /**
   * Whether a failed one stays in sight to be tried again. Without: where nobody waited for it, and so nobody heard.
   */
  readonly keeps?: (error: unknown) => boolean
  /** Runs from wherever it stands to its end. Must be safe to repeat after a kill at any point. */
  readonly run: (job: JobContext<Payload>) => Promise<Result>
  /** Gives up what a cancelled or dismissed job has kept. */
  readonly discard?: (payload: Payload) => Promise<void>
}
