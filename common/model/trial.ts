import * as z from 'zod'

export const LONGEST_PROMPT = 8000

/** What a model is tried with: a text to go on with, or something that is said to it. */
export const TrialPrompt = z.object({ kind: z.enum(['text', 'chat']), text: z.string().min(1).max(LONGEST_PROMPT) })
export type TrialPrompt = z.infer<typeof TrialPrompt>
