import { basename } from 'node:path'
import { HearthError } from '../../../common/errors/index.ts'
import { Random } from '../random.ts'
import type { PreparedData } from './prepared-file.ts'
import { readRows, type Row } from './rows.ts'
import { knownColumns, sampleOf, type Sample } from './samples.ts'
import { join, NO_LABEL, pack, type TokenizedSample } from './sequence.ts'
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

/** Reads a dataset, tokenises it, holds out a part and packs both parts. */
export async function prepareData(options: PrepareOptions): Promise<{ data: PreparedData; report: PrepareReport }> {
  const { samples, rows, empty } = await readSamples(options)
  const classes = options.classify
    ? [...new Set(samples.map((sample) => (sample.kind === 'classified' ? sample.label : '')))].toSorted()
    : null
  if (classes && (classes.length < 2 || classes.length > 64))
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
  for (const file of files) {
    let number = 0
    for await (const row of readRows(file)) {
      rows++
      number++
      const sample = sampleIn(row, classify, `${basename(file)}, row ${number}`)
      if (!sample) {
        if (samples.length === 0 && rows > 20)
          throw new HearthError(
            'DATASET_BROKEN',
            `none of the first rows has columns to learn from: they have ${Object.keys(row).join(', ')}; ` +
              `known columns are ${knownColumns}`,
          )
        empty++
      } else samples.push(sample)
      if (rows % 1000 === 0) onProgress?.(rows)
    }
  }
  return { samples, rows, empty }
}

/** A row as a sample, with its place where it cannot be read. */
function sampleIn(row: Row, classify: boolean, place: string): Sample | null {
  try {
    return sampleOf(row, classify)
  } catch (error) {
    if (!(error instanceof HearthError)) throw error
    throw new HearthError(error.code, `${place}: ${error.message}`, error.details, { cause: error })
  }
}

/** A sample's tokens; long texts are split into parts, long chats are cut at the end. */
function tokenize(
  sample: Sample,
  { tokenizer, sequenceLength }: PrepareOptions,
  classes: readonly string[] | null,
): { parts: TokenizedSample[]; wasCut: boolean } {
  const whole = (
    ids: number[],
    learnt: boolean[],
    types = ids.map(() => 0),
    label = NO_LABEL,
  ): { parts: TokenizedSample[]; wasCut: boolean } => {
    const kept = {
      ids: ids.slice(0, sequenceLength),
      learnt: learnt.slice(0, sequenceLength),
      types: types.slice(0, sequenceLength),
      label,
    }
    const useful = classes ? kept.ids.length > 0 : kept.learnt.some((is, i) => is && i > 0)
    return { parts: useful ? [kept] : [], wasCut: ids.length > sequenceLength }
  }
  switch (sample.kind) {
    case 'classified': {
      const { ids, types } = tokenizer.encodeForClassification(sample.text, sample.pair)
      return whole(
        ids,
        ids.map(() => false),
        types,
        classes!.indexOf(sample.label),
      )
    }
    case 'chat': {
      const { ids, answer } = tokenizer.encodeChat(sample.messages, sample.tools)
      return whole(ids, answer)
    }
    case 'completion': {
      const { ids, answer } = tokenizer.encodeCompletion(sample.prompt, sample.completion)
      return whole(ids, answer)
    }
    case 'text': {
      if (sample.text.trim() === '') return { parts: [], wasCut: false }
      const ids = tokenizer.encodeText(sample.text)
      const parts: TokenizedSample[] = []
      for (let from = 0; from < ids.length - 1; from += sequenceLength) {
        const piece = ids.slice(from, from + sequenceLength)
        if (piece.length > 1)
          parts.push({ ids: piece, types: piece.map(() => 0), learnt: piece.map(() => true), label: NO_LABEL })
      }
      return { parts, wasCut: false }
    }
  }
}
