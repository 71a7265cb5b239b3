import * as z from 'zod'

/** A line of a run's history. */
export const LogEntry = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('step'), step: z.int(), loss: z.number(), learningRate: z.number(), gradientLength: z.number(), milliseconds: z.number() }),
  z.object({ kind: z.literal('evaluation'), step: z.int(), heldOutLoss: z.number() }),
])
export type LogEntry = z.infer<typeof LogEntry>
