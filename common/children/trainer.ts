import { eventIterator, oc } from '@orpc/contract'
import * as z from 'zod'
import { BaselineResult } from '../model/baseline.ts'
import { baselineNames } from '../model/baseline-names.ts'
import { DataLook } from '../model/data-look.ts'
import { Pipeline, PreparedReport, TableProfile } from '../model/pipeline.ts'
import { ProofFacts } from '../model/proof.ts'
import { BaseFormat, Method, Recipe } from '../model/recipe.ts'
import { LogEntry } from '../model/training.ts'
import { TrialPrompt } from '../model/trial.ts'
import { Backend } from './exact-inference.ts'

export const plans = ['monolith', 'save', 'recompute'] as const

export const BaseInfo = z.object({
  name: z.string(),
  type: z.string(),
  hash: z.string(),
  layers: z.int(),
  width: z.int(),
  vocabulary: z.int(),
  context: z.int(),
  parameters: z.int(),
  /** Projections that low-rank methods may change. */
  modules: z.array(z.string()),
  /** False for encoders, which only sort texts into classes. */
  writesText: z.boolean(),
})
export type BaseInfo = z.infer<typeof BaseInfo>

export const DataReport = z.object({
  rows: z.int(),
  samples: z.int(),
  empty: z.int(),
  cut: z.int(),
  tokens: z.int(),
  learntTokens: z.int(),
  classes: z.array(z.string()).nullable(),
  root: z.string(),
  sequences: z.int(),
  heldOut: z.int(),
})
export type DataReport = z.infer<typeof DataReport>

export const Estimate = z.object({
  trained: z.int(),
  plan: z.enum(plans),
  memoryBytes: z.int(),
  checkpointBytes: z.int(),
  /** Checkpoints of the whole run. */
  diskBytes: z.int(),
  tokensPerStep: z.int(),
  /** Measured: one step after a first one that warms up. */
  secondsPerStep: z.number(),
  seconds: z.number(),
  /** Of the processors for the whole run, measured on a step; null where the machine cannot measure it. */
  joules: z.number().nullable(),
})
export type Estimate = z.infer<typeof Estimate>

const run = z.object({ folder: z.string(), base: z.string() })
const compute = { spin: z.boolean() }

/** Verdict on a segment, re-executed from its first checkpoint to its last: equal bits, or a distance. */
export const SegmentVerdict = z.object({
  index: z.int(),
  passed: z.boolean(),
  exact: z.boolean(),
  distance: z.number(),
})
export type SegmentVerdict = z.infer<typeof SegmentVerdict>
/** Facts of the order and the chain that a proof must match. */
export const Expectation = z.object({
  recipe: z.string(),
  root: z.string(),
  beacon: z.string(),
  checkpoints: z.int(),
  /** The checkpoint that it begins at, by its place in the commitment: the last of the commitment before. */
  from: z.int(),
  /** Root of the commitment before; null for the first. */
  previous: z.string().nullable(),
  /** Step and hash of checkpoint 0 where an order continues from one; null where the run begins. */
  start: z.object({ step: z.int(), hash: z.string() }).nullable(),
  /** The step that must be reached. */
  until: z.int(),
  /** True to check the losses that the trainer reported. A jury does not: they are not part of the commitment. */
  claims: z.boolean(),
})
export type Expectation = z.infer<typeof Expectation>

export const Verdict = z.object({
  passed: z.boolean(),
  /** The first check that failed, in words. */ failure: z.object({ check: z.string(), why: z.string() }).nullable(),
  segments: z.array(SegmentVerdict),
  heldOutLoss: z.number().nullable(),
  /** Steps that the proof is about: after the first, up to the last. */ begins: z.int(),
  step: z.int(),
  stepsAgain: z.int(),
  share: z.number(),
})
export type Verdict = z.infer<typeof Verdict>

export const trainerContract = {
  inspect: oc.input(z.object({ base: z.string() })).output(BaseInfo),
  /** The first rows of files, as `prepare` would read them; the sequences are as long as the base allows. */
  look: oc
    .input(
      z.object({
        base: z.string(),
        files: z.array(z.string()).min(1),
        sequenceLength: z.int().min(8),
        classify: z.boolean(),
        template: z.string().optional(),
      }),
    )
    .output(DataLook),
  /** Tokenises and packs files into a run's prepared data. */
  prepare: oc
    .input(
      z.object({
        base: z.string(),
        files: z.array(z.string()).min(1),
        folder: z.string(),
        sequenceLength: z.int().min(8),
        heldOutShare: z.number().min(0).max(0.5),
        seed: z.string(),
        classify: z.boolean(),
        /** A chat template by its name; the model's own without. */
        template: z.string().optional(),
      }),
    )
    .output(eventIterator(z.object({ rows: z.int() }), DataReport)),
  /** Completes a person's request into a recipe and writes it into the run's folder. */
  compose: oc
    .input(
      run.extend({
        seed: z.string(),
        profile: Backend,
        threads: z.int().min(1).max(64),
        wish: z.object({
          classes: Recipe.shape.classes,
          method: Method,
          format: BaseFormat,
          batch: z.object({ sequences: z.int(), accumulation: z.int() }),
          optimiser: Recipe.shape.optimiser,
          schedule: Recipe.shape.schedule,
          steps: z.int(),
          checkpointEvery: z.int(),
          evaluateEvery: z.int(),
          patience: z.int().nullable(),
          proof: Recipe.shape.proof,
        }),
      }),
    )
    .output(z.object({ recipe: Recipe, hash: z.string() })),
  estimate: oc.input(run.extend(compute)).output(Estimate),
  /** The same for a recipe whose data is not here. */
  quote: oc.input(z.object({ recipe: Recipe, base: z.string(), ...compute })).output(Estimate),
  /** Tokens a second of a step on the benchmark's model, one figure a repetition. */
  bench: oc
    .input(z.object({ backend: Backend, threads: z.int().min(1), repetitions: z.int().min(1).max(9) }))
    .output(eventIterator(z.number(), z.object({}))),
  /** Runs a recipe from its last checkpoint to a milestone, or to its end where `until` is null; writes the adapter. */
  train: oc.input(run.extend({ ...compute, plan: z.enum(plans).nullable(), until: z.int().nullable() })).output(
    eventIterator(
      LogEntry,
      z.object({
        ended: z.boolean(),
        step: z.int(),
        heldOutLoss: z.number().nullable(),
        baseLoss: z.number().nullable(),
      }),
    ),
  ),
  /** The Merkle commitment to a run's checkpoints. */
  commitment: oc
    .input(z.object({ folder: z.string() }))
    .output(z.object({ root: z.string(), checkpoints: z.int(), step: z.int(), last: z.string() })),
  /** Packs a run's sampled segments, from a checkpoint on, into a file for verification; null packs the last only. */
  bundle: oc
    .input(z.object({ folder: z.string(), beacon: z.string(), out: z.string(), from: z.int().nullable() }))
    .output(z.object({ bytes: z.int(), segments: z.array(z.int()) })),
  /** What a bundle says of itself. @throws PROOF_FAILED */
  inspectBundle: oc.input(z.object({ bundle: z.string() })).output(ProofFacts),
  /** Executes a bundle's segments again. */
  verify: oc
    .input(
      z.object({
        bundle: z.string(),
        base: z.string(),
        data: z.string(),
        expected: Expectation.nullable(),
        ...compute,
      }),
    )
    .output(Verdict),
  /** Continues a run from a bundle's last checkpoint. */
  adopt: oc
    .input(z.object({ bundle: z.string(), folder: z.string() }))
    .output(z.object({ step: z.int(), hash: z.string(), /** True when the run is over. */ ended: z.boolean() })),
  /** Refuses prepared data of another recipe. */
  checkData: oc.input(z.object({ recipe: Recipe, data: z.string() })).output(z.object({})),
  /** Describes the columns of a table. */
  profileTable: oc.input(z.object({ file: z.string() })).output(TableProfile),
  /** Turns a table into tensors in a folder. */
  prepareTable: oc.input(z.object({ file: z.string(), folder: z.string(), pipeline: Pipeline })).output(PreparedReport),
  /** Trains a baseline on a prepared table; yields an epoch at a time. */
  trainBaseline: oc
    .input(
      z.object({ folder: z.string(), model: z.enum(baselineNames), seed: z.string(), threads: z.int().min(1).max(64) }),
    )
    .output(eventIterator(BaselineResult.shape.losses.element, BaselineResult)),
  merge: oc
    .input(
      z.object({
        base: z.string(),
        adapter: z.string(),
        out: z.string(),
        format: z.enum(['safetensors', 'gguf', 'gguf-f16']),
      }),
    )
    .output(z.object({})),
  /** Writes an unchanged model for llama.cpp, its matrices in half precision. */
  toGguf: oc.input(z.object({ base: z.string(), out: z.string() })).output(z.object({})),
  /** What a model could be asked, from the first rows of what it learns from. */
  prompts: oc.input(z.object({ files: z.array(z.string()) })).output(z.array(TrialPrompt)),
  /** Writes a PEFT adapter for llama.cpp. */
  convert: oc
    .input(z.object({ base: z.string(), adapter: z.string(), out: z.string() }))
    .output(z.object({ bytes: z.int() })),
  inspectAdapter: oc
    .input(z.object({ adapter: z.string() }))
    .output(
      z.object({ kind: z.string(), base: z.string(), parameters: z.int(), tensors: z.int(), config: z.string() }),
    ),
}
