/** An embedding of what is meant: one int8 a dimension. */

/** Length of an embedding. */
export const UNIT = 127

/** The embedding of a vector; all zero where there is none. */
export function toDirection(vector: Float32Array): Int8Array {
  const length = Math.hypot(...vector)
  return Int8Array.from(vector, (value) => (length === 0 ? 0 : Math.round((UNIT * value) / length)))
}

/** The cosine between two embeddings. */
export function cosine(a: Int8Array, b: Int8Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum / (UNIT * UNIT)
}

/** An embedding as a file or a message holds it. */
export const asDirection = (blob: Uint8Array): Int8Array => new Int8Array(blob.buffer, blob.byteOffset, blob.length)

/** An embedding as numbers whose squares sum to 1; nothing but zeros where no word is known. */
export function unitVector(embedding: Int8Array): number[] {
  const length = Math.hypot(...embedding) || 1
  return Array.from(embedding, (value) => value / length)
}

/** Share of the messages from which on an embedding model's embeddings are gone by. */
const ENOUGH = 0.5
export const areEnough = (read: number, messages: number): boolean => read >= ENOUGH * messages
