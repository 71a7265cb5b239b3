import { join } from 'node:path'
import type { RecipeRequest } from '../../common/model/recipe.ts'
import { compose, merge, prepare, trainRun, type Compute } from '../../native/trainer/service.ts'

/** How an adapter is trained. */
interface Lesson {
  readonly name: string
  readonly steps: number
  readonly sequenceLength: number
  readonly sequences: number
  readonly learningRate: number
  readonly rank: number
  /** The layers that learn; all without. */
  readonly layers?: readonly number[]
}
export interface Course extends Pick<Lesson, 'name' | 'rank' | 'layers'> {
  /** Each with the file that it learns from. */
  readonly rounds: readonly (Pick<Lesson, 'steps' | 'sequenceLength' | 'sequences' | 'learningRate'> & {
    readonly corpus: () => Promise<string>
  })[]
}

/** Folders: the taught model, and what it was made of in the last round. */
export interface Taught {
  readonly model: string
  readonly before: string
  readonly adapter: string
}

const compute: Compute = { spin: true, yieldToEventLoop: () => Promise.resolve() }
const modules = [
  'self_attn.q_proj',
  'self_attn.k_proj',
  'self_attn.v_proj',
  'self_attn.o_proj',
  'mlp.gate_proj',
  'mlp.up_proj',
  'mlp.down_proj',
]

/** Trains an adapter of a model on a file, in a folder of its own. @returns the adapter's folder */
export async function adapt(
  base: string,
  run: string,
  file: string,
  { name, steps, sequenceLength, sequences, learningRate, rank, layers }: Lesson,
  round = 1,
): Promise<string> {
  await prepare(
    { base, files: [file], folder: run, sequenceLength, heldOutShare: 0.02, seed: name, classify: false },
    () => {},
  )
  const request: RecipeRequest = {
    classes: null,
    format: 'f32',
    method: {
      kind: 'lora',
      rank,
      alpha: rank,
      dropout: 0,
      targets: modules,
      ...(layers ? { layers: [...layers] } : {}),
    },
    batch: { sequences, accumulation: 1 },
    optimiser: { kind: 'adamw', learningRate, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0, clip: 1 },
    schedule: { kind: 'cosine', warmup: 20 },
    steps,
    checkpointEvery: steps,
    evaluateEvery: steps,
    patience: null,
    proof: { segments: 1, tolerance: 1e-5 },
  }
  await compose({
    folder: run,
    base,
    seed: round.toString(16).padStart(64, '0'),
    profile: 'cpu',
    threads: 2,
    wish: request,
  })
  for await (const entry of trainRun(run, base, compute, 'monolith')) {
    if (entry.kind === 'evaluation')
      process.stdout.write(
        `round ${round}, step ${entry.step}: held-out perplexity ${Math.exp(entry.heldOutLoss).toFixed(3)}\n`,
      )
    else if (entry.step % 100 === 0)
      process.stdout.write(
        `round ${round}, step ${entry.step}: loss ${entry.loss.toFixed(3)}, ${entry.milliseconds.toFixed(0)} ms\n`,
      )
  }
  return join(run, 'adapter')
}

/**
 * Teaches a whole model with an engine that trains adapters: rounds of wide LoRA, each merged into its base (ReLoRA,
 * Lialin et al. 2023).
 */
export async function teach(base: string, folder: string, { rounds, ...course }: Course): Promise<Taught> {
  let taught: Taught = { model: base, before: base, adapter: '' }
  for (const [i, { corpus, ...lesson }] of rounds.entries()) {
    const [round, before] = [i + 1, taught.model]
    taught = {
      model: join(folder, `round${round}`),
      before,
      adapter: await adapt(before, join(folder, `run${round}`), await corpus(), { ...course, ...lesson }, round),
    }
    await merge(before, taught.adapter, taught.model, 'safetensors')
  }
  return taught
}
