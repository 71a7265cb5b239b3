import * as z from 'zod'

/** One message, entry or document, wherever it came from. */
export const Item = z.object({
  /** The source's own id, or the hash of what it holds. */
  id: z.string().min(1).max(200),
  /** Milliseconds since 1970; null where the source does not say. */
  ts: z.number().nullable(),
  author: z.string().max(500).nullable(),
  text: z.string(),
  /** The conversation, thread or file that it belongs to. */
  session: z.string().max(500).nullable(),
})
export type Item = z.infer<typeof Item>
