import * as z from 'zod'
import { jobSayings, type JobSaying as Saying } from './job-saying-names.ts'
import { sayingSchema } from './saying-schema.ts'

const Unknown = z
  .object({ code: z.string().max(60), args: z.unknown() })
  .transform(({ code }): Saying => ({ code: 'unknown', args: { name: code } }))

/** What a job says. One that this version has no words for is kept by its name. */
export const JobSaying: z.ZodType<Saying> = sayingSchema(jobSayings).or(Unknown)
export type JobSaying = Saying

/** A task that failed while nobody waited for it. */
export const FailedTask = z.object({ name: z.string(), why: JobSaying })
export type FailedTask = z.infer<typeof FailedTask>

/** A line of a job's log. */
export const LogLine = z.object({
  seq: z.int(),
  time: z.number(),
  /** Whether the other party's machine said it. */
  theirs: z.boolean(),
  saying: JobSaying,
})
export type LogLine = z.infer<typeof LogLine>
