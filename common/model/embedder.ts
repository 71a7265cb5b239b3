import * as z from 'zod'

/**
 * A model that gives texts of many languages embeddings by what they mean; kept as a folder of `model.onnx` and
 * `tokenizer.json`.
 */
export const Embedder = z.object({
  name: z.string().min(1).max(200),
  /** SHA-256 of the model file, hexadecimal: embeddings of different models say nothing of one another. */
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.number(),
  dimensions: z.int().positive().max(4096).multipleOf(32),
  /** What stands before a question, and before what is searched, as the model was trained. */
  query: z.string().max(200),
  passage: z.string().max(200),
})
export type Embedder = z.infer<typeof Embedder>

/** An embedding of length 127, one int8 a dimension, and the model that gave it. */
export const Embedding = z.object({ model: Embedder.shape.hash, embedding: z.base64() })
export type Embedding = z.infer<typeof Embedding>
