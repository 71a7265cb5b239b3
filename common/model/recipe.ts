import { sha256, toUtf8Bytes } from 'ethers'
import * as z from 'zod'

/** 64 hexadecimal digits: a SHA-256 hash. */
const Hash = z.string().regex(/^[0-9a-f]{64}$/)
const count = (most: number) => z.int().min(1).max(most)
const module = z.string().regex(/^[a-z0-9_.]{1,64}$/)

export const BaseFormat = z.enum(['f32', 'f16', 'int8', 'q4_0', 'q4_k', 'nf4'])
export type BaseFormat = z.infer<typeof BaseFormat>

export const LoraMethod = z.strictObject({
  /** Over an NF4 base, `lora` is QLoRA. */
  kind: z.enum(['lora', 'dora']),
  rank: count(256),
  alpha: z.number().positive().max(1024),
  dropout: z.number().min(0).max(0.9),
  targets: z.array(module).min(1).max(16),
  /** Only these layers are changed, counted from 0 (PEFT's layers_to_transform); all without. */
  layers: z.array(z.int().min(0)).min(1).max(512).optional(),
})
export type LoraMethod = z.infer<typeof LoraMethod>
export const BottleneckMethod = z.strictObject({ kind: z.literal('bottleneck'), size: count(1024) })
export type BottleneckMethod = z.infer<typeof BottleneckMethod>
export const PrefixMethod = z.strictObject({ kind: z.literal('prefix'), length: count(512), hidden: count(8192) })
export type PrefixMethod = z.infer<typeof PrefixMethod>
export const PTuningMethod = z.strictObject({ kind: z.literal('p-tuning'), length: count(512) })
export type PTuningMethod = z.infer<typeof PTuningMethod>

export const Method = z.discriminatedUnion('kind', [LoraMethod, BottleneckMethod, PrefixMethod, PTuningMethod])
export type Method = z.infer<typeof Method>
/** Whether a method changes a layer at all. */
export const changesLayer = (method: Method, layer: number): boolean =>
  !('layers' in method) || (method.layers?.includes(layer) ?? true)

/**
 * Everything that decides the result of a training run, to the bit. The customer fixes it before the work; its hash is
 * in the order, so whoever trains has nothing left to choose. See docs/training.md.
 */
export const Recipe = z
  .strictObject({
    version: z.literal(1),
    base: z.strictObject({
      /** Of config.json, tokenizer.json and the weight files together. */
      hash: Hash,
      name: z.string().min(1).max(120),
      /** How the frozen weights are held while training. */
      format: BaseFormat,
    }),
    /** Null for causal language models; else the names of the classes that sequences are sorted into. */
    classes: z.array(z.string().min(1).max(80)).min(2).max(64).nullable(),
    method: Method,
    data: z.strictObject({
      /** Merkle root of the prepared sequences, in their order. */
      root: Hash,
      sequences: count(2 ** 24),
      /** How many of them, at the end, are held out. */
      heldOut: z.int().min(0),
      sequenceLength: z.int().min(8).max(131_072),
    }),
    batch: z.strictObject({
      /** Draws the order of the sequences, the starting point and the dropout. */
      seed: Hash,
      /** Sequences that one graph sees at once. */
      sequences: count(256),
      /** Graphs whose gradients are summed before a step. */
      accumulation: count(1024),
    }),
    optimiser: z.strictObject({
      kind: z.literal('adamw'),
      learningRate: z.number().positive().max(1),
      beta1: z.number().min(0).lt(1),
      beta2: z.number().min(0).lt(1),
      epsilon: z.number().positive().max(1e-2),
      weightDecay: z.number().min(0).max(1),
      /** Longest gradient, by Euclidean length; null for none. */
      clip: z.number().positive().nullable(),
    }),
    schedule: z.strictObject({ kind: z.enum(['cosine', 'linear', 'constant']), warmup: z.int().min(0) }),
    steps: count(1_000_000),
    /** Steps from one committed checkpoint to the next. */
    checkpointEvery: count(10_000),
    evaluateEvery: count(1_000_000),
    /** Evaluations without improvement after which the run ends; null to go on. */
    patience: count(1000).nullable(),
    proof: z.strictObject({
      /** Segments between checkpoints that are executed again. */
      segments: count(64),
      /** Largest relative distance of a segment executed on another kind of processor; on the same kind it is 0. */
      tolerance: z.number().positive().max(0.1),
    }),
    engine: z.strictObject({
      version: z.literal(1),
      onnxruntime: z.string().max(40),
      profile: z.enum(['cpu', 'webgpu']),
      /**
       * Matrix products are split between threads, and how they are split shows in the last bit; more than a machine
       * has cores is only slower.
       */
      threads: count(64),
      /** Of the encoded graphs, the rotary tables and the learning rates. */
      graphs: Hash,
      schedule: Hash,
    }),
  })
  .refine((recipe) => recipe.data.heldOut < recipe.data.sequences, {
    path: ['data', 'heldOut'],
    message: 'leaves nothing to train on',
  })
  .refine((recipe) => recipe.steps % recipe.checkpointEvery === 0, {
    path: ['checkpointEvery'],
    message: 'must divide the number of steps',
  })
  .refine((recipe) => recipe.evaluateEvery % recipe.checkpointEvery === 0, {
    path: ['evaluateEvery'],
    message: 'must be a multiple of checkpointEvery, so that a run that ends early ends at a checkpoint',
  })
  .refine((recipe) => recipe.schedule.warmup < recipe.steps, {
    path: ['schedule', 'warmup'],
    message: 'must be shorter than the run',
  })
export type Recipe = z.infer<typeof Recipe>

/** What a person decides; the rest of a recipe follows from the base model and the prepared data. */
export type RecipeRequest = Pick<
  Recipe,
  'classes' | 'method' | 'optimiser' | 'schedule' | 'steps' | 'checkpointEvery' | 'evaluateEvery' | 'patience' | 'proof'
> & { batch: Pick<Recipe['batch'], 'sequences' | 'accumulation'>; format: BaseFormat }

/** RFC 8785 for what a recipe holds: keys sorted, numbers and strings as ECMAScript writes them. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const entries = Object.entries(value).filter(([, item]) => item !== undefined)
  return `{${entries
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`)
    .join(',')}}`
}

/** A recipe's identity: SHA-256 of its canonical JSON, hexadecimal. */
export const recipeHash = (recipe: Recipe): string => sha256(toUtf8Bytes(canonicalJson(recipe))).slice(2)
