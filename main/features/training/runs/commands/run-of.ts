import { readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { HearthError } from '../../../../../common/errors/index.ts'
import type { Recipe } from '../../../../../common/model/recipe.ts'

export interface RunOptions {
  readonly recipe: string
  readonly base?: string
}

export const needed = (value: string | undefined, option: string): string => {
  if (!value) throw new HearthError('BAD_INPUT', `${option} is needed`)
  return value
}

/** The recipe's folder and the base model that was chosen for it. */
export async function runOf({ recipe, base }: RunOptions): Promise<{ folder: string; base: string; recipe: Recipe }> {
  const folder = dirname(resolve(recipe))
  const { readRecipeFile } = await import('./recipe-file.ts')
  const { recipe: read } = await readRecipeFile(recipe)
  return { folder, base: resolve(needed(base ?? (await baseOf(join(folder, 'run.json'))), '--base')), recipe: read }
}

/** The base model that a run was prepared for, where that was written down. */
async function baseOf(file: string): Promise<string | undefined> {
  const settings: unknown = JSON.parse(await readFile(file, 'utf8').catch(() => '{}'))
  const base = typeof settings === 'object' && settings !== null && 'base' in settings ? settings.base : undefined
  return typeof base === 'string' ? base : undefined
}
