import { eventIterator, oc } from '@orpc/contract'
import * as z from 'zod'
import { Embedder } from '../model/embedder.ts'

/** What may be fetched. */
export const OfferedEmbedder = z.object({ name: z.string(), licence: z.string() })
export type OfferedEmbedder = z.infer<typeof OfferedEmbedder>

export const EmbedderOverview = z.object({
  /** The model that memories are found by; null while words alone decide. */
  embedder: Embedder.nullable(),
  offered: OfferedEmbedder,
  /** What is being copied or fetched at the moment, in bytes. */
  taking: z.object({ bytes: z.number(), /** 0 where nobody says. */ of: z.number(), fetched: z.boolean() }).nullable(),
  /** Memories that were read with it, and those that wait; null where there are none or no model. */
  work: z
    .object({ done: z.int(), left: z.int(), /** Whether it waits for paid work to end. */ waits: z.boolean() })
    .nullable(),
  /** Why memories are not read, or null. */
  problem: z.string().nullable(),
})
export type EmbedderOverview = z.infer<typeof EmbedderOverview>

/** The model by which memories are found by what they mean. */
export const embedderContract = {
  overview: oc.output(EmbedderOverview),
  watch: oc.output(eventIterator(EmbedderOverview)),
  /** Asks the hub of the settings how large the offered model is. @throws HUB_FAILED */
  lookUp: oc.output(z.object({ bytes: z.number() })),
  /**
   * Fetches the offered model, going on where an earlier try ended.
   * @throws HUB_FAILED, DOWNLOAD_FAILED and what is there is kept; DOWNLOAD_TAMPERED, NOT_ENOUGH_DISK, MACHINE_BUSY
   */
  fetch: oc.output(Embedder),
  /** Stops it; what is there is kept. */
  stopFetch: oc.output(z.object({})),
  /**
   * Copies a folder of this machine that holds a model of the E5 family: `model.onnx` and `tokenizer.json`.
   * @throws MODEL_BROKEN, MODEL_UNSUPPORTED, NOT_ENOUGH_DISK, MACHINE_BUSY
   */
  take: oc.input(z.object({ folder: z.string().min(1).max(4096) })).output(Embedder),
  /** Deletes the model, and what memories were read to mean by it. */
  remove: oc.output(z.object({})),
}
