import * as z from 'zod'
import { styleJobStates } from './style-state.ts'

/** How well a style was learnt. Shares are between 0 and 1. */
export const StyleFigures = z.object({
  /**
   * Of the person's own answers, and of questions that were answered by the model as before, so that it does not
   * unlearn that.
   */
  replies: z.int(),
  rehearsed: z.int(),
  /**
   * Nats a token of answers that were held out: before, and with the style; null where there were too few to hold out
   * any.
   */
  lossBefore: z.number().nullable(),
  loss: z.number().nullable(),
  /**
   * How often answers are taken for the person's by a classifier of what they and others wrote; null where others wrote
   * too little.
   */
  likeness: z
    .object({
      before: z.number(),
      after: z.number(),
      /** How often the classifier is right about messages that it never saw. */ right: z.number(),
    })
    .nullable(),
  /**
   * Of questions that the model answers with a source, how many it answers with the same source in this style; null
   * where it answers none.
   */
  facts: z.object({ asked: z.int(), kept: z.int() }).nullable(),
})
export type StyleFigures = z.infer<typeof StyleFigures>

/**
 * A way of writing, learnt from what a person wrote: a LoRA of one model. It is kept with the memory, for it tells as
 * much.
 */
export const Style = z.object({
  id: z.int(),
  name: z.string().trim().min(1).max(80),
  created: z.number(),
  /** The model that it was learnt on, and the SHA-256 of its file: with any other it would say nothing sensible. */
  model: z.string().max(200),
  base: z.string().regex(/^[0-9a-f]{64}$/),
  /** SHA-256 and size of the adapter, a GGUF file. */
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.number(),
  figures: StyleFigures,
})
export type Style = z.infer<typeof Style>
export const StyleScale = z.number().min(0).max(2)

/** Something that the person wrote right after others, with what stood before it. */
export const Reply = z.object({
  number: z.int(),
  before: z.array(z.object({ mine: z.boolean(), text: z.string() })),
  text: z.string(),
})
export type Reply = z.infer<typeof Reply>

export const StyleJob = z.object({
  id: z.uuid(),
  avatar: z.int(),
  state: z.enum(styleJobStates),
  created: z.number(),
  /** The training run that does it, once there is one. */
  run: z.uuid().nullable(),
  /** Of what the present step has to do; null where it cannot tell. */
  done: z.number().nullable(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
})
export type StyleJob = z.infer<typeof StyleJob>

/** The layers that learn a style: what an answer draws on is settled below, and how it is said in the upper third. */
export function styledLayers(layers: number): number[] {
  const styled = Math.max(1, Math.floor(layers / 3))
  return Array.from({ length: styled }, (_, i) => layers - styled + i)
}
