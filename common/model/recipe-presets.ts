import type { Method, RecipeRequest } from './recipe.ts'

export const presetNames = ['fast', 'balanced', 'thorough'] as const
export type PresetName = (typeof presetNames)[number]
export const methodNames = ['lora', 'qlora', 'dora', 'bottleneck', 'prefix', 'p-tuning'] as const
export type MethodName = (typeof methodNames)[number]

/** How llama.cpp runs what a method makes: beside the base, or folded into a copy of it. It runs no other. */
export const llamaWays: Readonly<Partial<Record<MethodName, 'beside' | 'folded'>>> = {
  lora: 'beside',
  qlora: 'beside',
  dora: 'folded',
}

/** What a preset means: passes over the data, and how much the adapter can hold. */
const presets: Readonly<Record<PresetName, { passes: number; rank: number; patience: number | null }>> = {
  fast: { passes: 1, rank: 8, patience: null },
  balanced: { passes: 3, rank: 16, patience: 3 },
  thorough: { passes: 6, rank: 32, patience: 4 },
}
/** Sequences whose gradients make one step. */
const STEP_SEQUENCES = 8
/** Checkpoints of a run here: few enough to store. On the market they make the segments that are sampled from. */
const CHECKPOINTS = { here: 10, market: 50 } as const
const EVALUATIONS = 10
/** How far an honest machine of another kind may be off, as `npm run calibrate:pot` finds it for each method. */
const TOLERANCES: Readonly<Record<MethodName, number>> = {
  lora: 1.5e-4,
  qlora: 1.5e-4,
  dora: 7e-4,
  bottleneck: 1e-4,
  prefix: 5e-4,
  'p-tuning': 5e-5,
}
/**
 * At a width of 2048. Wider models want smaller steps (Yang et al. 2022, μP), narrow ones at most ten times as much.
 */
const LEARNING_RATES: Readonly<Record<MethodName, number>> = {
  lora: 2e-4,
  qlora: 2e-4,
  dora: 2e-4,
  bottleneck: 3e-4,
  prefix: 1e-3,
  'p-tuning': 3e-3,
}
const REFERENCE_WIDTH = 2048
const MAX_RATE_FACTOR = 10

export interface RequestInput {
  readonly preset: PresetName
  readonly method: MethodName
  /** Projections of the base model that low-rank methods may change. */
  readonly targets: readonly string[]
  /** The base model's. */
  readonly width: number
  /** Sequences to train on, without those held out. */
  readonly sequences: number
  readonly classes: readonly string[] | null
  readonly where: keyof typeof CHECKPOINTS
  /** Little data is passed over until there were so many steps. */
  readonly leastSteps?: number
  /** The only layers that low-rank methods change; all without. */
  readonly layers?: readonly number[]
}

/** A recipe's wishes from what a person picked. */
export function requestOf({
  preset,
  method,
  targets,
  width,
  sequences,
  classes,
  where,
  leastSteps = 0,
  layers,
}: RequestInput): RecipeRequest {
  const { passes: wanted, rank, patience } = presets[preset]
  const perStep = Math.min(STEP_SEQUENCES, sequences)
  const passes = Math.max(wanted, (leastSteps * perStep) / sequences)
  const checkpointEvery = Math.max(1, Math.round(Math.ceil((sequences * passes) / perStep) / CHECKPOINTS[where]))
  const steps = Math.max(1, Math.round((sequences * passes) / perStep / checkpointEvery)) * checkpointEvery
  return {
    classes: classes === null ? null : [...classes],
    format: method === 'qlora' ? 'nf4' : 'f32',
    method: methodOf(method, rank, targets, layers),
    batch: { sequences: 1, accumulation: perStep },
    optimiser: {
      kind: 'adamw',
      learningRate: LEARNING_RATES[method] * Math.min(MAX_RATE_FACTOR, REFERENCE_WIDTH / width),
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
      weightDecay: 0,
      clip: 1,
    },
    schedule: { kind: 'cosine', warmup: Math.floor(steps * 0.03) },
    steps,
    checkpointEvery,
    evaluateEvery: checkpointEvery * Math.max(1, Math.round(steps / checkpointEvery / EVALUATIONS)),
    patience,
    proof: { segments: Math.min(3, steps / checkpointEvery), tolerance: TOLERANCES[method] },
  }
}

function methodOf(
  method: MethodName,
  rank: number,
  targets: readonly string[],
  layers: readonly number[] | undefined,
): Method {
  const where = { targets: [...targets], ...(layers ? { layers: [...layers] } : {}) }
  switch (method) {
    case 'lora':
    case 'qlora':
      return { kind: 'lora', rank, alpha: 2 * rank, dropout: 0, ...where }
    case 'dora':
      return { kind: 'dora', rank, alpha: 2 * rank, dropout: 0, ...where }
    case 'bottleneck':
      return { kind: 'bottleneck', size: 2 * rank }
    case 'prefix':
      return { kind: 'prefix', length: rank, hidden: 512 }
    case 'p-tuning':
      return { kind: 'p-tuning', length: rank }
  }
}
