import { eventIterator, oc } from '@orpc/contract'
import * as z from 'zod'
import { JobSaying, LogLine } from '../model/job-saying.ts'
import { jobMoves, type JobState } from '../model/job-state.ts'

const Done = z.object({})
const Id = z.object({ id: z.uuid() })

/** Long work of this machine, as the task centre shows it. */
export const Task = z.object({
  id: z.uuid(),
  /** Its handler: `dataset-import`, `model-download`, … */
  type: z.string(),
  name: z.string(),
  /** The task that it is a part of. */
  parent: z.string().nullable(),
  state: z.enum(Object.keys(jobMoves) as [JobState, ...JobState[]]),
  /** Why it failed or waits. */
  reason: JobSaying.nullable(),
  progress: z
    .object({
      step: z.string(),
      done: z.number(),
      of: z.number().nullable(),
      unit: z.enum(['items', 'bytes', 'steps', 'share']),
    })
    .nullable(),
  perSecond: z.number().nullable(),
  secondsLeft: z.number().nullable(),
  pausable: z.boolean(),
  /** False for a type of a later version, which is left as it is. */
  known: z.boolean(),
  created: z.number(),
  updated: z.number(),
})
export type Task = z.infer<typeof Task>

export const tasksContract = {
  /** Latest first. */
  list: oc.output(z.array(Task)),
  watch: oc.output(eventIterator(z.array(Task))),
  log: oc.input(Id).output(z.array(LogLine)),
  /** @throws BAD_INPUT where it cannot go on from where it stood */
  pause: oc.input(Id).output(Done),
  /** Goes on with what is paused, and tries again what failed. */
  resume: oc.input(Id).output(Done),
  /** Gives it up with what it has kept, and takes an ended one off the list. */
  cancel: oc.input(Id).output(Done),
}
