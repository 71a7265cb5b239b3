import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Recipe, Wish } from '../../common/model/recipe.ts'
import type { LogEntry } from '../../common/model/training.ts'
import { floatToHalf, halfToFloat } from '../../native/trainer/base/half.ts'
import { openBaseModel } from '../../native/trainer/base/open.ts'
import { readPrepared } from '../../native/trainer/data/prepared-file.ts'
import { createExecutor } from '../../native/trainer/executor/create.ts'
import { Random } from '../../native/trainer/random.ts'
import { CheckpointStore, type Checkpoint } from '../../native/trainer/run/checkpoint.ts'
import { loadModel } from '../../native/trainer/run/engine-model.ts'
import { readLog } from '../../native/trainer/run/log.ts'
import { runFiles, startOf, StepRunner } from '../../native/trainer/run/train.ts'
import { compose, prepare, type Compute } from '../../native/trainer/service.ts'
import { demoBase, demoLetters } from './demo.ts'

export const compute: Compute = { spin: false, breathe: () => Promise.resolve() }

/** A small wish: twelve steps in six segments, of which two are checked. */
export const smallWish: Wish = {
  classes: null,
  format: 'f32',
  method: { kind: 'lora', rank: 4, alpha: 8, dropout: 0, targets: ['self_attn.q_proj', 'self_attn.v_proj', 'mlp.down_proj'] },
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
export async function smallRun(folder: string, change: Partial<Wish> = {}, profile: 'cpu' | 'webgpu' = 'cpu'): Promise<Recipe> {
  await mkdir(folder, { recursive: true })
  const letters = join(folder, 'letters.jsonl')
  await writeFile(letters, (await readFile(demoLetters, 'utf8')).split('\n').slice(0, 24).join('\n'))
  await prepare({ base: demoBase, files: [letters], folder, sequenceLength: 64, heldOutShare: 0.2, seed: 'small', classify: false }, () => {})
  return (await compose({ folder, base: demoBase, seed: '7'.repeat(64), profile, threads: 2, wish: { ...smallWish, ...change } })).recipe
}

export const cheats = ['skips a step', 'half precision', 'learning rate off by 1 %', 'other batches', 'another adapter', 'better losses', 'another start'] as const
export type Cheat = (typeof cheats)[number]

/**
 * What a dishonest trainer would hand in: a copy of an honest run's folder whose checkpoints or log come from less, other
 * or no work. Here to calibrate against and to test that each is caught.
 */
export async function cheatedRun(honest: string, folder: string, cheat: Cheat): Promise<void> {
  const [from, to] = [runFiles(honest), runFiles(folder)]
  await mkdir(folder, { recursive: true })
  for (const file of ['recipe', 'data'] as const) await cp(from[file], to[file])
  const recipe = JSON.parse(await readFile(from.recipe, 'utf8')) as Recipe
  const log = await readLog(from.log)
  const store = new CheckpointStore(to.checkpoints)
  if (cheat === 'another adapter' || cheat === 'better losses') {
    await cp(from.checkpoints, to.checkpoints, { recursive: true })
    if (cheat === 'another adapter') {
      const last = await store.read(recipe.steps)
      const random = new Random('another adapter')
      await store.write({ ...last, parameters: last.parameters.map((value) => value + 1e-3 * random.normal()) })
    }
    await writeFile(to.log, log.map((entry) => `${JSON.stringify(cheat === 'better losses' && entry.kind === 'step' ? { ...entry, loss: entry.loss * 0.97 } : entry)}\n`).join(''))
    return
  }
  const data = await readPrepared(from.data)
  const loaded = await loadModel(await openBaseModel(demoBase), recipe)
  const changed: Recipe = {
    ...recipe,
    ...(cheat === 'learning rate off by 1 %' ? { optimiser: { ...recipe.optimiser, learningRate: recipe.optimiser.learningRate * 1.01 } } : {}),
    ...(cheat === 'other batches' ? { batch: { ...recipe.batch, seed: '8'.repeat(64) } } : {}),
  }
  const executor = await createExecutor({ ...compute, backend: recipe.engine.profile, threads: recipe.engine.threads, ...loaded }, 'save')
  const runner = new StepRunner(changed, data, loaded, executor)
  let state = startOf(recipe, loaded)
  if (cheat === 'another start') state = { ...state, parameters: state.parameters.map((value) => value * 1.001) }
  const losses: LogEntry[] = log.filter(({ kind }) => kind === 'evaluation')
  await store.write(state)
  while (state.step < recipe.steps) {
    // One step of each segment is not done at all, and its loss made up from the one before.
    const skipped = cheat === 'skips a step' && (state.step + 1) % recipe.checkpointEvery === 0
    if (cheat === 'half precision') halve(state)
    const previous = losses.findLast((entry) => entry.kind === 'step')
    const done = skipped ? { next: { ...state, step: state.step + 1 }, loss: previous?.kind === 'step' ? previous.loss : 0 } : await runner.step(state)
    state = done.next
    losses.push({ kind: 'step', step: state.step, loss: done.loss, learningRate: 0, gradientLength: 0, milliseconds: 0 })
    if (state.step % recipe.checkpointEvery === 0) await store.write(state)
  }
  await executor.release()
  await writeFile(to.log, losses.map((entry) => `${JSON.stringify(entry)}\n`).join(''))
}

function halve({ parameters }: Checkpoint): void {
  parameters.set(halfToFloat(floatToHalf(parameters)))
}
