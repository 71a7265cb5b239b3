import { eventIterator, oc } from '@orpc/contract'
import * as z from 'zod'

export const llmContract = {
  /** Tokens a second of the benchmark's chat model, reading a prompt and writing, one pair a repetition. */
  bench: oc
    .input(z.object({ folder: z.string(), threads: z.int().min(1), gpu: z.boolean(), repetitions: z.int().min(1).max(9) }))
    .output(eventIterator(z.object({ prompt: z.number(), decode: z.number() }), z.object({}))),
}
