import { HearthError } from '../../../common/errors/index.ts'
import { Random } from '../random.ts'
import type { PreparedData } from './prepared-file.ts'
import { placedRows, sampleIn, tokenize } from './read-samples.ts'
import { knownColumns, type Sample } from './samples.ts'
import { join, pack, type TokenizedSample } from './sequence.ts'
import type { TextTokenizer } from './tokenizer.ts'

export interface PrepareOptions {
  readonly files: readonly string[]
  readonly tokenizer: TextTokenizer
  readonly sequenceLength: number
  /** Share of the samples that is held out, 0 … 0.5. */
  readonly heldOutShare: number
  readonly seed: string
  /** For classification. The classes come from the data, sorted by name. */
  readonly classify: boolean
  readonly onProgress?: (rows: number) => void
}

/** Statistics of the rows, for a person to see before anything is paid. */
export interface PrepareReport {
  readonly rows: number
  readonly samples: number
  /** Rows without text or without an answer. */
  readonly empty: number
  /** Samples cut to the sequence length. */
  readonly cut: number
  readonly tokens: number
  readonly learntTokens: number
  readonly classes: readonly string[] | null
}

/** Whether so many labels can be told apart. */
export const mayBeLearnt = ({ length }: readonly string[]): boolean => length >= 2 && length <= 64

/** Reads a dataset, tokenises it, holds out a part and packs both parts. */
export async function prepareData(options: PrepareOptions): Promise<{ data: PreparedData; report: PrepareReport }> {
  const { samples, rows, empty } = await readSamples(options)
  const classes = options.classify
    ? [...new Set(samples.map((sample) => (sample.kind === 'classified' ? sample.label : '')))].toSorted()
    : null
  if (classes && !mayBeLearnt(classes))
    throw new HearthError('DATASET_BROKEN', `the data has ${classes.length} different labels; 2 to 64 can be learnt`)

  let [cut, useless] = [0, 0]
  const tokenized: TokenizedSample[][] = []
  for (const sample of samples) {
    const { parts, wasCut } = tokenize(sample, options, classes)
    if (wasCut) cut++
    if (parts.length > 0) tokenized.push(parts)
    else useless++
  }
  const order = new Random(`${options.seed}/split`).shuffle([...tokenized.keys()])
  const heldOutSamples = Math.min(tokenized.length - 1, Math.round(tokenized.length * options.heldOutShare))
  if (tokenized.length === 0)
    throw new HearthError(
      'DATASET_BROKEN',
      rows === 0
        ? 'the data has no rows'
        : `none of ${rows} rows has anything to learn from: known columns are ${knownColumns}`,
    )
  const chosen = new Set(order.slice(0, heldOutSamples))
  const part = (held: boolean) => {
    const members = tokenized.filter((_, i) => chosen.has(i) === held).flat()
    return options.classify
      ? members.map((sample) => join([sample], options.sequenceLength))
      : [...pack(members, options.sequenceLength)]
  }
  const [training, held] = [part(false), part(true)]
  const all = tokenized.flat()
  return {
    data: { length: options.sequenceLength, sequences: [...training, ...held], heldOut: held.length },
    report: {
      rows,
      samples: tokenized.length,
      empty: empty + useless,
      cut,
      tokens: all.reduce((sum, { ids }) => sum + ids.length, 0),
      learntTokens: all.reduce((sum, { learnt }) => sum + learnt.filter(Boolean).length, 0),
      classes,
    },
  }
}

async function readSamples({
  files,
  classify,
  onProgress,
}: PrepareOptions): Promise<{ samples: Sample[]; rows: number; empty: number }> {
  const samples: Sample[] = []
  let [rows, empty] = [0, 0]
  for (const file of files)
    for await (const placed of placedRows(file)) {
      rows++
      const sample = sampleIn(placed, classify)
      if (!sample) {
        if (samples.length === 0 && rows > 20)
          throw new HearthError(
            'DATASET_BROKEN',
            `none of the first rows has columns to learn from: they have ${Object.keys(placed.row).join(', ')}; ` +
              `known columns are ${knownColumns}`,
          )
        empty++
      } else samples.push(sample)
      if (rows % 1000 === 0) onProgress?.(rows)
    }
  return { samples, rows, empty }
}
