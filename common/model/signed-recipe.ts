import { verifyMessage } from 'ethers'
import * as z from 'zod'
import { Recipe, recipeHash } from './recipe.ts'
import { Address, Hex } from './values.ts'

/** A recipe with somebody's word for it (EIP-191), so that it can be handed on without a chain. */
export const SignedRecipe = z.strictObject({ recipe: Recipe, signer: Address, signature: Hex.max(200) })
export type SignedRecipe = z.infer<typeof SignedRecipe>

/** Stands before everything that a wallet signs as plain text, so that none of it can be taken for anything else. */
export const STATEMENT_PREFIX = 'Hearth statement\n\n'
/** What is signed of a recipe. */
export const recipeStatement = (recipe: Recipe): string => `training recipe ${recipeHash(recipe)}`

/** Whether the signature is the signer's, for this recipe. */
export function isSignedBy({ recipe, signer, signature }: SignedRecipe): boolean {
  try {
    return verifyMessage(STATEMENT_PREFIX + recipeStatement(recipe), signature).toLowerCase() === signer.toLowerCase()
  } catch {
    return false
  }
}
