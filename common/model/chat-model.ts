import * as z from 'zod'

/** What the header of a model file says. */
export const ModelFacts = z.object({
  name: z.string(),
  /** llama.cpp's name of the kind of model. */
  architecture: z.string(),
  bytes: z.number(),
  parameters: z.number(),
  /** Tokens of context that it was trained on. */
  context: z.int(),
  layers: z.int(),
  /** Bytes that one token of context takes. */
  tokenBytes: z.number(),
  hasTemplate: z.boolean(),
  /** How many files it lies in, where it is split. */
  files: z.int().min(2).optional(),
  /** What the llama.cpp of this version may not know: an architecture, types of tensors. */
  unknown: z.array(z.string()).optional(),
})
export type ModelFacts = z.infer<typeof ModelFacts>

/** A model that avatars can speak with on this machine. */
export const ChatModel = z.object({
  id: z.string().min(1).max(200),
  name: z.string().min(1).max(200),
  file: z.string(),
  /** SHA-256 of the file, hexadecimal. */
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  facts: ModelFacts,
  /** Came with Hearth. */
  shipped: z.boolean(),
  /** Why it is not loaded any more, until its person asks for it again; null where it may be. */
  quarantined: z.string().max(500).nullable(),
})
export type ChatModel = z.infer<typeof ChatModel>

/** A model that a hub offers. */
export const CatalogueEntry = z.object({
  id: z.string(),
  name: z.string(),
  parameters: z.number(),
  licence: z.string(),
  languages: z.string(),
  /** Where the hub has it. */ repo: z.string(),
  file: z.string(),
})
export type CatalogueEntry = z.infer<typeof CatalogueEntry>

/** A model to fetch, and the SHA-256 that whoever published it gives. */
export const ModelDownload = z.object({
  url: z.url({ protocol: /^https?$/ }).max(2000),
  sha256: z
    .string()
    .trim()
    .toLowerCase()
    .regex(/^[0-9a-f]{64}$/),
  name: z.string().trim().min(1).max(200).nullable(),
})
export type ModelDownload = z.infer<typeof ModelDownload>
export const UnfinishedDownload = ModelDownload.extend({ /** What is here of it. */ bytes: z.number() })
export type UnfinishedDownload = z.infer<typeof UnfinishedDownload>
