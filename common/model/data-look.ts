import * as z from 'zod'
import { dataStops, rowProblems } from './data-look-names.ts'

const Place = z.object({
  file: z.string(),
  /** Counted from 1, within its file; the line where the file itself breaks off there. */
  row: z.int(),
})

/** The first rows of training data as the trainer reads them, and what it makes of them. */
export const DataLook = z.object({
  /** Rows that were looked at, and whether they are all. */
  rows: z.int(),
  complete: z.boolean(),
  /** Of these rows, as the trainer counts them: what is left to learn from, left out, and cut. */
  samples: z.int(),
  empty: z.int(),
  cut: z.int(),
  tokens: z.int(),
  learntTokens: z.int(),
  /** Tokens of the longest row, before it is cut. */
  longest: z.int(),
  /** Of a sequence, and so of a row: what was asked for, or what the base has. */
  sequenceLength: z.int(),
  classes: z.array(z.string()).nullable(),
  stops: z.enum(dataStops).nullable(),
  problems: z.array(
    z.object({
      kind: z.enum(rowProblems),
      count: z.int(),
      /** The first of them, with what is known beside: why it is refused, its columns, the row that it repeats. */
      places: z.array(Place.extend({ says: z.string().nullable() })),
    }),
  ),
  /** The first that are learnt from. */
  shown: z.array(
    Place.extend({
      /** In their order; what is not learnt is read all the same. */
      pieces: z.array(z.object({ text: z.string(), learnt: z.boolean() })),
      /** Tokens of it that are learnt from, and that it has. */
      kept: z.int(),
      tokens: z.int(),
      /** How many sequences' worth a long text is split into; the first is shown. */
      parts: z.int(),
      label: z.string().nullable(),
    }),
  ),
})
export type DataLook = z.infer<typeof DataLook>
