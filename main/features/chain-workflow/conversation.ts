import { HearthError } from '../../../common/errors/index.ts'
import type { JobSaying } from '../../../common/model/job-saying-names.ts'
import { failureOf } from '../../../common/model/sayings.ts'
import { pause } from '../../core/clock.ts'
import type { Log } from '../../core/log/log.ts'

interface Conversation {
  readonly job: number
  /** One turn; false when there is nothing to say until the chain has moved. */
  readonly turn: () => Promise<boolean>
  /** Ends it where the other party refuses or lies; false where it is only away and asked again. */
  readonly refuse: (code: string, error: unknown) => boolean
  /** Called once for each row of failures. */
  readonly waits: (why: JobSaying) => void
  readonly log: Log
}

/** Talks with another party for as long as there is something to say, through restarts and cut connections. */
export async function converse({ job, turn, refuse, waits, log }: Conversation, signal: AbortSignal): Promise<void> {
  let failures = 0
  while (!signal.aborted) {
    try {
      if (!(await turn())) return
      failures = 0
    } catch (error) {
      if (signal.aborted) return
      const code = error instanceof HearthError ? error.code : 'INTERNAL'
      if (refuse(code, error)) return
      if (failures++ === 0) waits({ code: 'waiting', args: { failure: failureOf(error) } })
      if (code === 'INTERNAL') log.warn('a job’s step failed', { job, error })
      await pause(Math.min(10_000, 300 * 2 ** failures), signal)
    }
  }
}
