import { join } from 'node:path'
import type { Wish } from '../../common/model/recipe.ts'
import { compose, merge, prepare, trainRun, type Compute } from '../../native/trainer/service.ts'

export interface Course {
  readonly name: string
  readonly rounds: number
  readonly steps: number
  readonly sequenceLength: number
  readonly sequences: number
  readonly learningRate: number
  readonly rank: number
  /** Of the round's number, from 1: the file that it learns from. */
  readonly corpus: (round: number) => Promise<string>
}

/** Folders: the taught model, and what it was made of in the last round. */
export interface Taught {
  readonly model: string
  readonly before: string
  readonly adapter: string
}

const compute: Compute = { spin: true, breathe: () => Promise.resolve() }
const modules = ['self_attn.q_proj', 'self_attn.k_proj', 'self_attn.v_proj', 'self_attn.o_proj', 'mlp.gate_proj', 'mlp.up_proj', 'mlp.down_proj']

/** Teaches a whole model with an engine that trains adapters: rounds of wide LoRA, each merged into its base (ReLoRA, Lialin et al. 2023). */
export async function teach(base: string, folder: string, { name, rounds, steps, sequenceLength, sequences, learningRate, rank, corpus }: Course): Promise<Taught> {
  let taught: Taught = { model: base, before: base, adapter: '' }
  for (let round = 1; round <= rounds; round++) {
    const run = join(folder, `run${round}`)
    const before = taught.model
    await prepare({ base: before, files: [await corpus(round)], folder: run, sequenceLength, heldOutShare: 0.02, seed: name, classify: false }, () => {})
    const wish: Wish = {
      classes: null,
      format: 'f32',
      method: { kind: 'lora', rank, alpha: rank, dropout: 0, targets: modules },
      batch: { sequences, accumulation: 1 },
      optimiser: { kind: 'adamw', learningRate, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0, clip: 1 },
      schedule: { kind: 'cosine', warmup: 20 },
      steps,
      checkpointEvery: steps,
      evaluateEvery: steps,
      patience: null,
      proof: { segments: 1, tolerance: 1e-5 },
    }
    await compose({ folder: run, base: before, seed: round.toString(16).padStart(64, '0'), profile: 'cpu', threads: 2, wish })
    for await (const entry of trainRun(run, before, compute, 'monolith')) {
      if (entry.kind === 'evaluation') process.stdout.write(`round ${round}, step ${entry.step}: held-out perplexity ${Math.exp(entry.heldOutLoss).toFixed(2)}\n`)
      else if (entry.step % 100 === 0) process.stdout.write(`round ${round}, step ${entry.step}: loss ${entry.loss.toFixed(3)}, ${entry.milliseconds.toFixed(0)} ms\n`)
    }
    taught = { model: join(folder, `round${round}`), before, adapter: join(run, 'adapter') }
    await merge(before, taught.adapter, taught.model, 'safetensors')
  }
  return taught
}
