import { readFile } from 'node:fs/promises'
import * as z from 'zod'
import { Recipe } from '../../../../../common/model/recipe.ts'
import { isSignedBy, SignedRecipe } from '../../../../../common/model/signed-recipe.ts'
import { HearthError } from '../../../../../common/errors/index.ts'

/**
 * Reads a recipe, plain or signed. @throws HearthError BAD_RECIPE where it is out of range, or its signature is not its
 * signer's
 */
export async function readRecipeFile(file: string): Promise<{ recipe: Recipe; signer: string | null }> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new HearthError('NOT_FOUND', `there is no recipe at ${file}`, {}, { cause: error })
  })
  const value = parseJson(text, file)
  if (typeof value !== 'object' || value === null || !('signature' in value))
    return { recipe: checked(Recipe.safeParse(value), file), signer: null }
  const signed = checked(SignedRecipe.safeParse(value), file)
  if (!isSignedBy(signed))
    throw new HearthError(
      'BAD_RECIPE',
      `${file}: the signature is not that of ${signed.signer} for this recipe; it was changed after it was signed`,
    )
  return { recipe: signed.recipe, signer: signed.signer }
}

function checked<T>(parsed: z.ZodSafeParseResult<T>, file: string): T {
  if (!parsed.success) throw new HearthError('BAD_RECIPE', `${file}: ${z.prettifyError(parsed.error)}`)
  return parsed.data
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new HearthError('BAD_RECIPE', `${file} is no JSON`)
  }
}
