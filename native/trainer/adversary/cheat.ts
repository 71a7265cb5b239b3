import { rm } from 'node:fs/promises'
import type { Recipe } from '../../../common/model/recipe.ts'
import type { LogEntry } from '../../../common/model/training.ts'
import { floatToHalf, halfToFloat } from '../base/half.ts'
import { openBaseModel } from '../base/open.ts'
import { readPrepared } from '../data/prepared-file.ts'
import { createExecutor } from '../executor/create.ts'
import { Random } from '../random.ts'
import { CheckpointStore, type Checkpoint } from '../run/checkpoint.ts'
import { loadModel } from '../run/engine-model.ts'
import { readLog, writeLog } from '../run/log.ts'
import { readRecipe } from '../run/recipe-file.ts'
import { runFiles, startOf, StepRunner } from '../run/train.ts'
import type { Compute } from '../service.ts'

export const cheats = [
  'skips a step',
  'half precision',
  'learning rate off by 1 %',
  'other batches',
  'another adapter',
  'better losses',
  'another start',
] as const
export type Cheat = (typeof cheats)[number]

/**
 * Turns a folder that was trained honestly, to its end or a milestone, into that of a dishonest trainer: checkpoints or
 * losses from less, other or no work. For calibrating tolerances, for the tests that each cheat is caught, and for the
 * demo.
 */
export async function cheat(folder: string, base: string, compute: Compute, kind: Cheat): Promise<void> {
  const files = runFiles(folder)
  const store = new CheckpointStore(files.checkpoints)
  if (kind === 'better losses')
    return writeLog(
      files.log,
      (await readLog(files.log)).map((entry) =>
        entry.kind === 'step' ? { ...entry, loss: entry.loss * 0.97 } : entry,
      ),
    )
  if (kind === 'another adapter') {
    const last = await store.latest()
    if (!last) throw new Error('there is no checkpoint to change')
    const random = new Random('another adapter')
    return store.write({ ...last, parameters: last.parameters.map((value) => value + 1e-3 * random.normal()) })
  }
  return trainAnew(folder, base, compute, kind)
}

async function trainAnew(folder: string, basePath: string, compute: Compute, kind: Cheat): Promise<void> {
  const files = runFiles(folder)
  const store = new CheckpointStore(files.checkpoints)
  const recipe = await readRecipe(files.recipe)
  const until = (await store.steps()).at(-1) ?? 0
  const honest = await readLog(files.log)
  await rm(files.checkpoints, { recursive: true })
  const data = await readPrepared(files.data)
  const loaded = await loadModel(await openBaseModel(basePath), recipe)
  const changed: Recipe = {
    ...recipe,
    ...(kind === 'learning rate off by 1 %'
      ? { optimiser: { ...recipe.optimiser, learningRate: recipe.optimiser.learningRate * 1.01 } }
      : {}),
    ...(kind === 'other batches' ? { batch: { ...recipe.batch, seed: '8'.repeat(64) } } : {}),
  }
  const executor = await createExecutor(
    { ...compute, backend: recipe.engine.profile, threads: recipe.engine.threads, ...loaded },
    'save',
  )
  const runner = new StepRunner(changed, data, loaded, executor)
  let state = startOf(recipe, loaded)
  if (kind === 'another start') state = { ...state, parameters: state.parameters.map((value) => value * 1.001) }
  const log: LogEntry[] = honest.filter((entry) => entry.kind === 'evaluation')
  await store.write(state)
  while (state.step < until) {
    // One step of each segment is skipped, and its loss copied from the step before.
    const skipped = kind === 'skips a step' && (state.step + 1) % recipe.checkpointEvery === 0
    if (kind === 'half precision') halve(state)
    const previous = log.findLast((entry) => entry.kind === 'step')
    const done = skipped
      ? { next: { ...state, step: state.step + 1 }, loss: previous?.loss ?? 0 }
      : await runner.step(state)
    state = done.next
    log.push({ kind: 'step', step: state.step, loss: done.loss, learningRate: 0, gradientLength: 0, milliseconds: 0 })
    if (state.step % recipe.checkpointEvery === 0) await store.write(state)
  }
  await executor.release()
  await writeLog(files.log, log)
}

function halve({ parameters }: Checkpoint): void {
  parameters.set(halfToFloat(floatToHalf(parameters)))
}
