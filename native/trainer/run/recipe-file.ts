import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import * as z from 'zod'
import { Recipe } from '../../../common/model/recipe.ts'
import { HearthError } from '../../../common/errors/index.ts'

export function parseRecipe(value: unknown): Recipe {
  const parsed = Recipe.safeParse(value)
  if (!parsed.success)
    throw new HearthError('BAD_RECIPE', `the recipe is invalid: ${z.prettifyError(parsed.error)}`, {
      field: parsed.error.issues[0]?.path.join('.') ?? '',
    })
  return parsed.data
}

export async function readRecipe(path: string): Promise<Recipe> {
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw new HearthError('NOT_FOUND', `there is no recipe at ${path}`, { file: basename(path) }, { cause: error })
  })
  try {
    return parseRecipe(JSON.parse(text))
  } catch (error) {
    if (error instanceof SyntaxError)
      throw new HearthError('BAD_RECIPE', 'the recipe is not valid JSON', { file: basename(path) }, { cause: error })
    throw error
  }
}
