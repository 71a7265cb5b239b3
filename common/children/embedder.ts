import { oc } from '@orpc/contract'
import * as z from 'zod'
import { Embedder, Embedding } from '../model/embedder.ts'

/** An embedding model under onnxruntime. One is held at a time; calls wait for one another. */
export const embedderContract = {
  /** What a folder of `model.onnx` and `tokenizer.json` gives, tried out. @throws MODEL_BROKEN, MODEL_UNSUPPORTED */
  inspect: oc.input(z.object({ folder: z.string() })).output(Embedder.pick({ dimensions: true })),
  /** Embeddings of texts, of each its first 512 tokens. @throws MODEL_BROKEN, MODEL_UNSUPPORTED */
  embed: oc
    .input(
      z.object({
        folder: z.string(),
        threads: z.int().min(1),
        prefix: z.string(),
        texts: z.array(z.string()).max(256),
      }),
    )
    .output(z.array(Embedding.shape.embedding)),
  /** Lets go of the model and its memory. */
  unload: oc.output(z.object({})),
}
