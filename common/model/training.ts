import * as z from 'zod'

/** A line of a run's history. */
export const LogEntry = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('step'),
    step: z.int(),
    loss: z.number(),
    learningRate: z.number(),
    gradientLength: z.number(),
    milliseconds: z.number(),
  }),
  z.object({ kind: z.literal('evaluation'), step: z.int(), heldOutLoss: z.number() }),
])
export type LogEntry = z.infer<typeof LogEntry>

/** A run's history, a JSON line each; a line that is being written, or that a crash has torn, is left out. */
export function parseLog(text: string): LogEntry[] {
  return text.split('\n').flatMap((line) => {
    try {
      return [LogEntry.parse(JSON.parse(line))]
    } catch {
      return []
    }
  })
}
