import { eventIterator, oc } from '@orpc/contract'
import * as z from 'zod'
import { BaselineResult } from '../model/baseline.ts'
import { baselineNames } from '../model/baseline-names.ts'
import { Pipeline, PreparedReport, TableProfile } from '../model/pipeline.ts'
import { FilePiece } from '../model/values.ts'

const Id = z.uuid()

export const TableRow = z.object({
  id: Id,
  name: z.string(),
  created: z.int(),
  rows: z.int(),
  columns: z.int(),
  target: z.string().nullable(),
  /** Accuracy or R² of the best baseline. */ best: z.number().nullable(),
})
export type TableRow = z.infer<typeof TableRow>

export const TableDetail = z.object({
  table: TableRow,
  profile: TableProfile,
  pipeline: Pipeline.nullable(),
  prepared: PreparedReport.nullable(),
  results: z.array(BaselineResult),
})
export type TableDetail = z.infer<typeof TableDetail>

/** Tables: looked at, turned into tensors, and learnt from by a baseline. */
export const tablesContract = {
  list: oc.output(z.array(TableRow)),
  /** Takes up a file that was handed over by `training.putData`. */
  create: oc.input(z.object({ name: z.string().min(1).max(80), upload: Id })).output(TableDetail),
  get: oc.input(z.object({ id: Id })).output(TableDetail),
  /** How each column would usually be treated for a target. */
  suggest: oc.input(z.object({ id: Id, target: z.string() })).output(Pipeline),
  /** Makes the tensors anew; what was trained on the old ones is forgotten. */
  prepare: oc.input(z.object({ id: Id, pipeline: Pipeline })).output(TableDetail),
  train: oc
    .input(z.object({ id: Id, model: z.enum(baselineNames) }))
    .output(eventIterator(BaselineResult.shape.losses.element)),
  remove: oc.input(z.object({ id: Id })).output(z.object({})),
  read: oc
    .input(
      z.object({
        id: Id,
        name: z.enum(['tensors.safetensors', 'pipeline.json', 'model.onnx']),
        offset: z.int().min(0),
      }),
    )
    .output(FilePiece),
}
