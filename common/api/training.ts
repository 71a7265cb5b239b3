import { eventIterator, oc } from '@orpc/contract'
import * as z from 'zod'
import { BaseInfo, DataReport, Estimate } from '../children/trainer.ts'
import { DataLook } from '../model/data-look.ts'
import { Recipe } from '../model/recipe.ts'
import { SignedRecipe } from '../model/signed-recipe.ts'
import { LogEntry } from '../model/training.ts'
import { FilePiece } from '../model/values.ts'

/** The values are those of recipe-presets.ts, which the window imports without zod. */
export const PresetName = z.enum(['fast', 'balanced', 'thorough'])
export const MethodName = z.enum(['lora', 'qlora', 'dora', 'bottleneck', 'prefix', 'p-tuning'])
const Id = z.uuid()

export const BaseRow = BaseInfo.extend({ path: z.string(), demo: z.boolean() })
export type BaseRow = z.infer<typeof BaseRow>

export const RunRow = z.object({
  id: Id,
  name: z.string(),
  state: z.enum(['preparing', 'ready', 'running', 'paused', 'ordered', 'finished', 'failed']),
  created: z.int(),
  base: z.string(),
  preset: PresetName,
  method: MethodName,
  step: z.int(),
  steps: z.int().nullable(),
  loss: z.number().nullable(),
  tokensPerSecond: z.number().nullable(),
  secondsLeft: z.number().nullable(),
  baseLoss: z.number().nullable(),
  heldOutLoss: z.number().nullable(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
})
export type RunRow = z.infer<typeof RunRow>

export const RunDetail = z.object({
  run: RunRow,
  recipe: Recipe.nullable(),
  report: DataReport.nullable(),
  estimate: Estimate.nullable(),
})
export type RunDetail = z.infer<typeof RunDetail>

export const AdapterRow = z.object({
  /** The run that it came of; null where it was imported. */
  run: Id.nullable(),
  path: z.string().nullable(),
  name: z.string(),
  kind: z.string(),
  base: z.string(),
  parameters: z.int(),
  baseLoss: z.number().nullable(),
  heldOutLoss: z.number().nullable(),
})
export type AdapterRow = z.infer<typeof AdapterRow>

export const trainingContract = {
  adapters: oc.output(z.array(AdapterRow)),
  addAdapter: oc.input(z.object({ path: z.string().min(1).max(4096) })).output(z.object({})),
  removeAdapter: oc.input(z.object({ path: z.string() })).output(z.object({})),
  bases: oc.output(z.array(BaseRow)),
  addBase: oc.input(z.object({ path: z.string().min(1).max(4096) })).output(BaseRow),
  removeBase: oc.input(z.object({ path: z.string() })).output(z.object({})),
  /** Puts a piece of a data file into the host's keeping; the first piece begins it anew. */
  putData: oc
    .input(z.object({ upload: Id, name: z.string().regex(/^[^/\\]{1,120}$/), first: z.boolean(), chunk: z.base64() }))
    .output(z.object({ bytes: z.int() })),
  /** The first rows of data as the trainer reads them, before a run is made of it; with nothing given the demo's. */
  look: oc
    .input(
      z.object({
        base: z.string(),
        uploads: z.array(Id).max(20),
        demoData: z.boolean(),
        sequenceLength: z.int().min(8).max(131_072),
        classify: z.boolean(),
        template: z.string().min(1).max(100).optional(),
      }),
    )
    .output(DataLook),
  create: oc
    .input(
      z.object({
        name: z.string().min(1).max(80),
        base: z.string(),
        uploads: z.array(Id).max(20),
        demoData: z.boolean(),
        preset: PresetName,
        method: MethodName,
        sequenceLength: z.int().min(8).max(131_072),
        classify: z.boolean(),
        /** Which chat template its chats are written by: one of the model's, chatml or plain; else the model's own. */
        template: z.string().min(1).max(100).optional(),
      }),
    )
    .output(RunRow),
  runs: oc.output(z.array(RunRow)),
  watchRuns: oc.output(eventIterator(z.array(RunRow))),
  run: oc.input(z.object({ id: Id })).output(RunDetail),
  log: oc.input(z.object({ id: Id })).output(z.array(LogEntry)),
  start: oc.input(z.object({ id: Id })).output(RunRow),
  pause: oc.input(z.object({ id: Id })).output(RunRow),
  remove: oc.input(z.object({ id: Id })).output(z.object({})),
  /** This wallet's word for a recipe. */
  signRecipe: oc.input(z.object({ recipe: Recipe })).output(SignedRecipe),
  /** Files of a finished adapter, piece by piece. */
  adapterFiles: oc.input(z.object({ id: Id })).output(z.array(z.object({ name: z.string(), bytes: z.int() }))),
  readAdapter: oc
    .input(z.object({ id: Id, name: z.string().regex(/^[\w.-]{1,80}$/), offset: z.int().min(0) }))
    .output(FilePiece),
}
