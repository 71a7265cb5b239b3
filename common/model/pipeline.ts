import * as z from 'zod'

const Name = z.string().min(1).max(200)

/** What is done with one column of a table. */
export const PipelineColumn = z.strictObject({
  name: Name,
  use: z.enum(['feature', 'target', 'ignore']),
  kind: z.enum(['number', 'category', 'text']),
  /** What a missing value becomes; `drop` leaves the row out, `category` is a category of its own. */
  missing: z.enum(['mean', 'median', 'mode', 'category', 'drop']),
  /** Of numbers: to mean 0 and deviation 1, to 0…1, or as they are. */
  scale: z.enum(['standard', 'range', 'none']),
  /**
   * Of categories: how many are told apart, the most frequent first. Of texts: into how many counts words are hashed.
   */
  size: z.int().min(2).max(4096),
})
export type PipelineColumn = z.infer<typeof PipelineColumn>

/** How a table becomes tensors. With the same file it gives the same bytes anywhere. */
export const Pipeline = z
  .strictObject({
    version: z.literal(1),
    columns: z.array(PipelineColumn).min(2).max(1000),
    split: z.strictObject({
      validation: z.number().min(0).max(0.5),
      test: z.number().min(0).max(0.4),
      seed: z.string().min(1).max(64),
    }),
  })
  .refine(({ columns }) => new Set(columns.map(({ name }) => name)).size === columns.length, {
    path: ['columns'],
    message: 'a column stands twice',
  })
  .refine(({ columns }) => columns.filter(({ use }) => use === 'target').length === 1, {
    path: ['columns'],
    message: 'exactly one column must be the target',
  })
  .refine(({ columns }) => columns.some(({ use }) => use === 'feature'), {
    path: ['columns'],
    message: 'at least one column must be a feature',
  })
  .refine(({ columns }) => columns.every(({ use, kind }) => use !== 'target' || kind !== 'text'), {
    path: ['columns'],
    message: 'a text cannot be the target',
  })
  .refine(
    ({ columns }) =>
      columns.every(({ kind, missing }) => kind === 'number' || (missing !== 'mean' && missing !== 'median')),
    { path: ['columns'], message: 'only numbers have a mean or a median' },
  )
  .refine(({ columns }) => columns.every(({ kind, missing }) => kind !== 'number' || missing !== 'category'), {
    path: ['columns'],
    message: 'a number cannot become a category',
  })
export type Pipeline = z.infer<typeof Pipeline>

/** What a column holds. */
export const ColumnProfile = z.object({
  name: z.string(),
  kind: z.enum(['number', 'category', 'text']),
  missing: z.int(),
  distinct: z.int(),
  numbers: z
    .object({
      least: z.number(),
      most: z.number(),
      mean: z.number(),
      deviation: z.number(),
      median: z.number(),
      /** Counts of equal steps from least to most. */ histogram: z.array(z.int()),
    })
    .nullable(),
  /** The most frequent values. */
  top: z.array(z.object({ value: z.string(), count: z.int() })),
})
export type ColumnProfile = z.infer<typeof ColumnProfile>

export const TableProfile = z.object({
  rows: z.int(),
  columns: z.array(ColumnProfile),
  /** The first rows as text. */ preview: z.array(z.array(z.string().nullable())),
})
export type TableProfile = z.infer<typeof TableProfile>

/** What a table became. */
export const PreparedReport = z.object({
  /** Rows that are left after those that miss what they must have. */
  rows: z.object({ train: z.int(), validation: z.int(), test: z.int(), dropped: z.int() }),
  features: z.array(z.string()),
  classes: z.array(z.string()).nullable(),
  /** Of the tensors' file. */
  sha256: z.string(),
  /** The first training rows as the net sees them. */
  preview: z.array(z.array(z.number())),
})
export type PreparedReport = z.infer<typeof PreparedReport>

/** How each column would usually be treated; the person changes what they know better. */
export function suggestPipeline({ columns }: TableProfile, target: string, seed: string): Pipeline {
  return {
    version: 1,
    columns: columns.map(({ name, kind, distinct }) => ({
      name,
      // A value of its own in every row tells nothing: a number of the row, or a name.
      use: name === target ? 'target' : kind === 'category' && distinct < 2 ? 'ignore' : 'feature',
      kind: name === target && kind === 'text' ? 'category' : kind,
      missing: name === target ? 'drop' : kind === 'number' ? 'median' : kind === 'category' ? 'category' : 'mode',
      scale: kind === 'number' ? 'standard' : 'none',
      size: kind === 'text' ? 256 : Math.max(2, Math.min(64, distinct)),
    })),
    split: { validation: 0.15, test: 0.15, seed },
  }
}
