import { readFileSync } from 'node:fs'
import { Wallet } from 'ethers'
import { expect, test } from 'vitest'
import { canonicalJson, Recipe, recipeHash } from './recipe.ts'
import { isSignedBy, recipeStatement, SignedRecipe, STATEMENT_PREFIX } from './signed-recipe.ts'
import { milestonesOf, TrainingWork, trainingWorkHash } from './training-job.ts'

const recipe = Recipe.parse(
  JSON.parse(readFileSync(new URL('../../test/fixtures/recipe.json', import.meta.url), 'utf8')),
)

test('a signed recipe is its signer’s, and no other', async () => {
  const wallet = Wallet.createRandom()
  const signed: SignedRecipe = {
    recipe,
    signer: wallet.address,
    signature: await wallet.signMessage(STATEMENT_PREFIX + recipeStatement(recipe)),
  }
  expect(isSignedBy(SignedRecipe.parse(JSON.parse(JSON.stringify(signed))))).toBe(true)
  expect(isSignedBy({ ...signed, recipe: { ...recipe, steps: recipe.steps * 2 } })).toBe(false)
  expect(isSignedBy({ ...signed, signer: Wallet.createRandom().address })).toBe(false)
  expect(isSignedBy({ ...signed, signature: '0x12' })).toBe(false)
})

test('a recipe has one hash, however its keys are ordered', () => {
  const shuffled = Object.fromEntries(Object.entries(recipe).toReversed()) as Recipe
  expect(recipeHash(shuffled)).toBe(recipeHash(recipe))
  expect(canonicalJson(shuffled)).toBe(canonicalJson(recipe))
  expect(recipeHash({ ...recipe, batch: { ...recipe.batch, seed: '0'.repeat(64) } })).not.toBe(recipeHash(recipe))
})

test.each([
  [0, 1],
  [0, 2],
  [0, 5],
  [14, 3],
  [0, 100],
])('milestones from step %i in %i parts stand at checkpoints, ascend, and end with the run', (from, count) => {
  const milestones = milestonesOf(recipe, from, count)
  const work = { version: 1, recipe, start: from === 0 ? null : { step: from, hash: 'a'.repeat(64) }, milestones }
  expect(TrainingWork.safeParse(work).error).toBeUndefined()
  expect(milestones.length).toBe(Math.min(count, (recipe.steps - from) / recipe.checkpointEvery))
})

test('work that does not fit its recipe is refused, and any change has another hash', () => {
  const work: TrainingWork = { version: 1, recipe, start: null, milestones: [recipe.steps] }
  for (const change of [
    { milestones: [recipe.steps - 1] },
    { milestones: [recipe.checkpointEvery, recipe.checkpointEvery, recipe.steps] },
    { milestones: [1, recipe.steps] },
    { start: { step: recipe.steps, hash: 'a'.repeat(64) } },
    { speed: 1 },
  ]) {
    expect(TrainingWork.safeParse({ ...work, ...change }).success, JSON.stringify(change)).toBe(false)
  }
  expect(trainingWorkHash({ ...work, start: { step: recipe.checkpointEvery, hash: 'a'.repeat(64) } })).not.toBe(
    trainingWorkHash(work),
  )
})
