import { basename } from 'node:path'
import { HearthError } from '../../../common/errors/index.ts'
import { readRows, type Row } from './rows.ts'
import { sampleOf, type Sample } from './samples.ts'
import { NO_LABEL, type TokenizedSample } from './sequence.ts'
import type { TextTokenizer } from './tokenizer.ts'

export interface PlacedRow {
  readonly row: Row
  /** The file's own name, and which of its rows it is, counted from 1. */
  readonly file: string
  readonly number: number
}

/** The rows of a file with their places. */
export async function* placedRows(path: string): AsyncGenerator<PlacedRow> {
  let number = 0
  for await (const row of readRows(path)) yield { row, file: basename(path), number: ++number }
}

/** A row as a sample, with its place where it cannot be read; null where no known shape fits. */
export function sampleIn({ row, file, number }: PlacedRow, classify: boolean): Sample | null {
  try {
    return sampleOf(row, classify)
  } catch (error) {
    if (!(error instanceof HearthError)) throw error
    throw new HearthError(error.code, `${file}, row ${number}: ${error.message}`, error.details, { cause: error })
  }
}

/** A sample's tokens, as far as they are learnt from, and how many it has. */
export interface Tokenized {
  /** None where nothing of it can be learnt. */
  readonly parts: TokenizedSample[]
  readonly wasCut: boolean
  readonly tokens: number
}

/** Long texts are split into parts, long chats are cut at the end. @param classes null for language models */
export function tokenize(
  sample: Sample,
  { tokenizer, sequenceLength }: { readonly tokenizer: TextTokenizer; readonly sequenceLength: number },
  classes: readonly string[] | null,
): Tokenized {
  const whole = (ids: number[], learnt: boolean[], types = ids.map(() => 0), label = NO_LABEL): Tokenized => {
    const kept = {
      ids: ids.slice(0, sequenceLength),
      learnt: learnt.slice(0, sequenceLength),
      types: types.slice(0, sequenceLength),
      label,
    }
    const useful = classes ? kept.ids.length > 0 : kept.learnt.some((is, i) => is && i > 0)
    return { parts: useful ? [kept] : [], wasCut: ids.length > sequenceLength, tokens: ids.length }
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
      if (sample.text.trim() === '') return { parts: [], wasCut: false, tokens: 0 }
      const ids = tokenizer.encodeText(sample.text)
      const parts: TokenizedSample[] = []
      for (let from = 0; from < ids.length - 1; from += sequenceLength) {
        const piece = ids.slice(from, from + sequenceLength)
        if (piece.length > 1)
          parts.push({ ids: piece, types: piece.map(() => 0), learnt: piece.map(() => true), label: NO_LABEL })
      }
      return { parts, wasCut: false, tokens: ids.length }
    }
  }
}
