import * as z from 'zod'
import { Recipe } from './recipe.ts'

/** What a proof of training says of itself. Whoever handed it over may have written any of it. */
export const ProofFacts = z.object({
  recipe: Recipe,
  /** SHA-256 of the recipe's canonical JSON. */
  recipeHash: z.string(),
  /** The step that it is about, and how many checkpoints its root commits to. */
  step: z.int(),
  checkpoints: z.int(),
  /** Merkle root over the hashes of all checkpoints. */
  root: z.string(),
  /** What drew the segments. */
  beacon: z.string(),
  /** The checkpoint that it begins at; earlier ones were proven before. */
  from: z.int(),
  /** Those that the beacon draws. */
  segments: z.array(z.int()),
  /** Class of the processor that trained. */
  processor: z.string(),
})
export type ProofFacts = z.infer<typeof ProofFacts>
