import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Recipe, RecipeRequest } from '../../common/model/recipe.ts'
import { models, type ModelRegistry } from '../../native/trainer/models/registry.ts'
import { compose, prepare, type Compute } from '../../native/trainer/service.ts'
import { demoBase, demoLetters } from './demo.ts'

export const compute: Compute = { spin: false, yieldToEventLoop: () => Promise.resolve() }

/** A small request: twelve steps in six segments, of which two are checked. */
export const smallRequest: RecipeRequest = {
  classes: null,
  format: 'f32',
  method: {
    kind: 'lora',
    rank: 4,
    alpha: 8,
    dropout: 0,
    targets: ['self_attn.q_proj', 'self_attn.v_proj', 'mlp.down_proj'],
  },
  batch: { sequences: 2, accumulation: 1 },
  optimiser: { kind: 'adamw', learningRate: 2e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01, clip: 1 },
  schedule: { kind: 'cosine', warmup: 2 },
  steps: 12,
  checkpointEvery: 2,
  evaluateEvery: 6,
  patience: null,
  proof: { segments: 2, tolerance: 1e-5 },
}

/** Prepares data and a recipe in a folder. */
export async function smallRun(
  folder: string,
  change: Partial<RecipeRequest> = {},
  profile: 'cpu' | 'webgpu' = 'cpu',
  base = demoBase,
  registry: ModelRegistry = models,
): Promise<Recipe> {
  await mkdir(folder, { recursive: true })
  const letters = join(folder, 'letters.jsonl')
  await writeFile(letters, (await readFile(demoLetters, 'utf8')).split('\n').slice(0, 24).join('\n'))
  await prepare(
    { base, files: [letters], folder, sequenceLength: 64, heldOutShare: 0.2, seed: 'small', classify: false },
    () => {},
    registry,
  )
  const input = { folder, base, seed: '7'.repeat(64), profile, threads: 2, wish: { ...smallRequest, ...change } }
  return (await compose(input, registry)).recipe
}
