import { eventIterator, oc } from '@orpc/contract'
import * as z from 'zod'
import { Written } from '../children/llm.ts'
import { ChatModel } from '../model/chat-model.ts'
import { MOST_SAMPLES, RunSamples, TrialPrompt } from '../model/trial.ts'

const Run = z.object({ run: z.uuid() })

/** A finished run, tried on this machine: what its model says with the adapter, beside what it says without. */
export const trialContract = {
  /** From the data that it learnt from; none where that is not here any more. */
  prompts: oc.input(Run).output(z.array(TrialPrompt)),
  /**
   * Asks the base, then the same with the adapter, by the same dice. @throws BAD_INPUT, MODEL_UNSUPPORTED,
   * RECIPE_MISMATCH, MEMORY_FULL, NOT_ENOUGH_DISK
   */
  ask: oc
    .input(
      Run.extend({
        prompt: TrialPrompt,
        maxTokens: z.int().min(1).max(2000),
        temperature: z.number().min(0).max(2),
      }),
    )
    .output(
      eventIterator(
        z.object({ side: z.enum(['before', 'after']), text: z.string() }),
        z.object({ before: Written, after: Written }),
      ),
    ),
  samples: oc.input(Run).output(RunSamples),
  /**
   * What the run is asked at each of its checkpoints here, from the next on; nothing ends that. It takes the likeliest
   * words. Only before it is started, or while it is paused. @throws BAD_INPUT,
   * MODEL_UNSUPPORTED, RECIPE_MISMATCH, MEMORY_FULL, NOT_ENOUGH_DISK
   */
  askSamples: oc.input(Run.extend({ prompts: z.array(TrialPrompt).max(MOST_SAMPLES) })).output(z.object({})),
  /** Makes a model of base and adapter that conversations can choose. */
  keep: oc.input(Run.extend({ name: z.string().trim().min(1).max(80) })).output(ChatModel),
}
