import * as z from 'zod'

export const isolationChecks = ['files', 'program', 'network', 'processes', 'calls', 'work'] as const

/** What the machine proved, at its start, about how strangers' work is kept apart. */
export const IsolationReport = z.object({
  /** `sandbox`: no network, no other processes, a job's folder alone. `process`: a process of its own, and no more. */
  tier: z.enum(['sandbox', 'process']),
  checks: z.array(z.object({ name: z.enum(isolationChecks), holds: z.boolean() })),
  /** Why it is not the better tier; null where it is. */
  why: z.string().nullable(),
})
export type IsolationReport = z.infer<typeof IsolationReport>
