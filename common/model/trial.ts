import * as z from 'zod'

export const LONGEST_PROMPT = 8000

/** What a model is tried with: a text to go on with, or something that is said to it. */
export const TrialPrompt = z.object({ kind: z.enum(['text', 'chat']), text: z.string().min(1).max(LONGEST_PROMPT) })
export type TrialPrompt = z.infer<typeof TrialPrompt>

export const MOST_SAMPLES = 3

/** What a run's model said at a checkpoint, prompt by prompt, and how long that took. */
export const CheckpointSample = z.object({ step: z.int(), texts: z.array(z.string()), milliseconds: z.number() })
export type CheckpointSample = z.infer<typeof CheckpointSample>

export const RunSamples = z.object({
  /** None where nothing is asked at checkpoints. */
  prompts: z.array(TrialPrompt),
  said: z.array(CheckpointSample),
  /** Checkpoints that have not spoken yet. */
  waiting: z.int(),
  /** Why the last of them could not. */
  problem: z.object({ code: z.string(), message: z.string() }).nullable(),
})
export type RunSamples = z.infer<typeof RunSamples>
