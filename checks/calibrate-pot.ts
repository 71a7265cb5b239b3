/**
 * How far honest machines differ when a segment of training is executed again, and how far the mildest cheat does, by
 * class of recipe; the tolerance δ lies at their geometric mean, and a class whose gap is under 10× may not be used.
 * npm run calibrate:pot
 */
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Recipe, RecipeRequest } from '../common/model/recipe.ts'
import { openBaseModel } from '../native/trainer/base/open.ts'
import { readPrepared } from '../native/trainer/data/prepared-file.ts'
import { createExecutor } from '../native/trainer/executor/create.ts'
import { segmentDistance } from '../native/trainer/proof/distance.ts'
import { CheckpointStore, type Checkpoint } from '../native/trainer/run/checkpoint.ts'
import { loadModel } from '../native/trainer/run/engine-model.ts'
import { runFiles, StepRunner } from '../native/trainer/run/train.ts'
import { trainRun } from '../native/trainer/service.ts'
import { demoBase } from '../test/support/demo.ts'
import { compute, smallRun, smallRequest } from '../test/support/training-runs.ts'
import { cheat as cheatIn, type Cheat } from '../native/trainer/adversary/cheat.ts'
import { softwareGpuFound } from './support/webgpu.ts'

const GAP = 10
const SEGMENT_STEPS = 4
const STEPS = 24
const print = (line: string) => process.stdout.write(`${line}\n`)
const targets = ['self_attn.q_proj', 'self_attn.v_proj', 'mlp.down_proj']

const classes: Readonly<Record<string, Partial<RecipeRequest>>> = {
  'LoRA f32': {},
  'QLoRA nf4': { format: 'nf4' },
  'LoRA with dropout': { method: { kind: 'lora', rank: 4, alpha: 8, dropout: 0.1, targets } },
  'DoRA f32': { method: { kind: 'dora', rank: 4, alpha: 8, dropout: 0, targets } },
  'bottleneck f32': { method: { kind: 'bottleneck', size: 8 } },
  'prefix tuning': {
    method: { kind: 'prefix', length: 8, hidden: 32 },
    optimiser: { ...smallRequest.optimiser, learningRate: 1e-2 },
  },
  'P-tuning v2': {
    method: { kind: 'p-tuning', length: 8 },
    optimiser: { ...smallRequest.optimiser, learningRate: 1e-2 },
  },
}
/** Cheats that do less or other work in each segment; forged logs and files are met by exact checks. */
const cheats: readonly Cheat[] = ['half precision', 'learning rate off by 1 %', 'skips a step', 'other batches']

/** Executes every segment of a run again on a given machine and gives the distances. */
async function distances(
  recipe: Recipe,
  folder: string,
  how: { backend: 'cpu' | 'webgpu'; threads: number },
): Promise<number[]> {
  const data = await readPrepared(runFiles(folder).data)
  const loaded = await loadModel(await openBaseModel(demoBase), {
    ...recipe,
    engine: { ...recipe.engine, profile: how.backend },
  })
  const executor = await createExecutor({ ...compute, ...how, ...loaded }, 'recompute')
  const runner = new StepRunner(recipe, data, loaded, executor)
  const store = new CheckpointStore(runFiles(folder).checkpoints)
  const result: number[] = []
  for (let from = 0; from < recipe.steps; from += recipe.checkpointEvery) {
    const [start, end] = [await store.read(from), await store.read(from + recipe.checkpointEvery)]
    let state: Checkpoint = {
      ...start,
      parameters: start.parameters.slice(),
      first: start.first.slice(),
      second: start.second.slice(),
    }
    while (state.step < end.step) state = (await runner.step(state)).next
    result.push(segmentDistance(state, end, start))
  }
  await executor.release()
  return result
}

const root = await mkdtemp(join(tmpdir(), 'hearth-pot-'))
let refused = 0
try {
  for (const [name, change] of Object.entries(classes)) {
    const honest = join(root, name.replace(/\W+/g, '-'))
    const recipe = await smallRun(honest, {
      ...change,
      steps: STEPS,
      checkpointEvery: SEGMENT_STEPS,
      evaluateEvery: STEPS,
    })
    for await (const _ of trainRun(honest, demoBase, compute, 'recompute'));
    const machines: [string, number[]][] = [
      ['same', await distances(recipe, honest, { backend: 'cpu', threads: 2 })],
      ['other threads', await distances(recipe, honest, { backend: 'cpu', threads: 1 })],
    ]
    if (softwareGpuFound())
      machines.push(['WebGPU', await distances(recipe, honest, { backend: 'webgpu', threads: 1 })])
    const most = Math.max(...machines.flatMap(([, values]) => values))
    const mildest: [string, number][] = []
    for (const cheat of cheats) {
      const folder = `${honest}-${cheat.replace(/\W+/g, '-')}`
      await cp(honest, folder, { recursive: true })
      await cheatIn(folder, demoBase, compute, cheat)
      mildest.push([cheat, Math.min(...(await distances(recipe, folder, { backend: 'cpu', threads: 2 })))])
    }
    const [cheat, least] = mildest.toSorted((a, b) => a[1] - b[1])[0]!
    const gap = least / most
    if (gap < GAP) refused++
    print(
      `${name}: honest ` +
        `${machines.map(([machine, values]) => `${machine} ${Math.max(...values).toExponential(1)}`).join(', ')}; ` +
        `cheats ${mildest.map(([kind, value]) => `${kind} ${value.toExponential(1)}`).join(', ')}`,
    )
    print(
      `  honest maximum ${most.toExponential(2)}, mildest cheat ${least.toExponential(2)} (${cheat}), δ ` +
        `${Math.sqrt(most * least).toExponential(1)}, gap ${gap.toFixed(0)}×${gap < GAP ? ' — refused' : ''}`,
    )
  }
} finally {
  await rm(root, { recursive: true, force: true })
}
if (!softwareGpuFound()) print('skipped WebGPU: no GPU driver found')
process.exit(refused > 0 ? 1 : 0)
