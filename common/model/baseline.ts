import * as z from 'zod'
import { baselineNames } from './baseline-names.ts'

export const ClassMetrics = z.object({
  rows: z.int(),
  accuracy: z.number(),
  macroF1: z.number(),
  logLoss: z.number(),
  /** Accuracy of whoever always says the most frequent class. */
  guessing: z.number(),
  /** Rows by their class, columns by the class that was told. */
  confusion: z.array(z.array(z.int())),
})
export type ClassMetrics = z.infer<typeof ClassMetrics>

export const ValueMetrics = z.object({
  rows: z.int(),
  rootMeanSquare: z.number(),
  meanAbsolute: z.number(),
  /** Root mean square error of whoever always says the mean. */
  guessing: z.number(),
  /** Share of the variance that is explained, R². */
  explained: z.number(),
})
export type ValueMetrics = z.infer<typeof ValueMetrics>

export const BaselineResult = z.object({
  model: z.enum(baselineNames),
  features: z.int(),
  parameters: z.int(),
  classes: z.array(z.string()).nullable(),
  /** The epoch with the lowest validation loss, whose net is kept. */
  bestEpoch: z.int(),
  epochs: z.int(),
  /** Mean loss of each epoch; validation is null where no rows were put aside for it. */
  losses: z.array(z.object({ epoch: z.int(), train: z.number(), validation: z.number().nullable() })),
  /** On rows that were never seen; on the training rows where none were put aside, as `seen` says. */
  test: z.union([ClassMetrics, ValueMetrics]),
  seen: z.boolean(),
})
export type BaselineResult = z.infer<typeof BaselineResult>
