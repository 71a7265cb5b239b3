import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import type { DataLook } from '../../../common/model/data-look.ts'
import { rowProblems, type RowProblem } from '../../../common/model/data-look-names.ts'
import { HearthError } from '../../../common/errors/index.ts'
import { mayBeLearnt } from './prepare.ts'
import { placedRows, sampleIn, tokenize, type PlacedRow, type Tokenized } from './read-samples.ts'
import type { Sample } from './samples.ts'
import type { TextTokenizer } from './tokenizer.ts'

/** So much is looked at: a person waits for it. */
const MOST_ROWS = 2000
const MOST_CHARACTERS = 2 ** 21
const MOST_PLACES = 20
const MOST_SHOWN = 5
/** Letters of a shown row, or of what is said beside a place. */
const LONGEST_SHOWN = 4000
const LONGEST_SAYING = 400
/** Letters that stand where an encoding was mistaken, or that no text has. */
// oxlint-disable-next-line no-control-regex -- they are looked for
const BROKEN = /[\0-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffd]|Ã[\u0080-\u00bf]|â€[\u0080-\u00bf™œ\u009d]/u

export interface LookOptions {
  readonly files: readonly string[]
  readonly tokenizer: TextTokenizer
  readonly sequenceLength: number
  readonly classify: boolean
  /** How many rows are shown. */
  readonly shown?: number
  /** Between two rows now and then. @throws where nobody waits for it any more */
  readonly pause: () => Promise<void>
}

/** Reads the first rows of data as the trainer does, by the same code, and gathers what it would make of them. */
export async function lookAtData(options: LookOptions): Promise<DataLook> {
  const look = new Look(options)
  let complete = true
  for (const file of options.files) {
    try {
      for await (const placed of placedRows(file)) {
        if (look.rows % 50 === 0) await options.pause()
        if (!look.take(placed)) return look.result(false)
      }
    } catch (error) {
      look.refuse(basename(file), error)
      // What comes after it was not seen.
      complete = false
    }
  }
  return look.result(complete)
}

class Look {
  readonly #options: LookOptions
  readonly #problems = new Map<RowProblem, DataLook['problems'][number]>()
  readonly #shown: DataLook['shown'] = []
  readonly #seen = new Map<string, string>()
  readonly #labels = new Set<string>()
  readonly #counts = { samples: 0, empty: 0, cut: 0, tokens: 0, learntTokens: 0, longest: 0 }
  #characters = 0
  rows = 0

  constructor(options: LookOptions) {
    this.#options = options
  }

  /** @returns whether there is room for another */
  take(placed: PlacedRow): boolean {
    if (this.rows >= MOST_ROWS) return false
    let sample: Sample | null
    try {
      sample = sampleIn(placed, this.#options.classify)
    } catch (error) {
      this.rows++
      this.#note('refused', placed, saying(error))
      return true
    }
    const texts = sample ? textsOf(sample) : []
    const characters = texts.reduce((sum, { length }) => sum + length, 0)
    const isLong = characters > MOST_CHARACTERS
    if (!isLong && this.#characters + characters > MOST_CHARACTERS) return false
    this.rows++
    if (!sample) {
      this.#counts.empty++
      this.#note('columns', placed, Object.keys(placed.row).join(', '))
    } else if (isLong) this.#note('long', placed, null)
    else {
      this.#characters += characters
      this.#read(placed, sample, texts)
    }
    return true
  }

  /** A file, or a row that breaks it off, which the trainer does not take. */
  refuse(file: string, error: unknown): void {
    const line = error instanceof HearthError ? Number(error.details['line']) : Number.NaN
    this.#note('refused', { file, number: Number.isInteger(line) ? line : 1 }, saying(error))
  }

  result(complete: boolean): DataLook {
    const { sequenceLength, classify } = this.#options
    const classes = classify ? [...this.#labels].toSorted() : null
    const has = (kind: RowProblem): boolean => this.#problems.has(kind)
    const whole = complete && !has('long')
    const stops = has('refused')
      ? 'refused'
      : whole && this.#counts.samples === 0
        ? 'nothing'
        : classes && (classes.length > 1 || whole) && !mayBeLearnt(classes)
          ? 'labels'
          : null
    return {
      rows: this.rows,
      complete: whole,
      ...this.#counts,
      sequenceLength,
      classes,
      stops,
      problems: rowProblems.flatMap((kind) => this.#problems.get(kind) ?? []),
      shown: this.#shown,
    }
  }

  #read(placed: PlacedRow, sample: Sample, texts: readonly string[]): void {
    let read: Tokenized
    try {
      read = tokenize(sample, this.#options, this.#options.classify ? [] : null)
    } catch (error) {
      return this.#note('refused', placed, saying(error))
    }
    const { parts, wasCut, tokens } = read
    const counts = this.#counts
    counts.longest = Math.max(counts.longest, tokens)
    if (sample.kind === 'classified') this.#labels.add(sample.label)
    if (wasCut) counts.cut++
    if (parts.length === 0) {
      counts.empty++
      this.#note(wasCut ? 'cutAway' : 'empty', placed, null)
      return
    }
    counts.samples++
    for (const { ids, learnt } of parts) {
      counts.tokens += ids.length
      counts.learntTokens += learnt.filter(Boolean).length
    }
    if (isSilent(sample)) this.#note('silent', placed, null)
    if (wasCut) this.#note('cut', placed, String(tokens))
    if (parts.length > 1) this.#note('split', placed, String(parts.length))
    if (texts.some((text) => BROKEN.test(text))) this.#note('characters', placed, null)
    const hash = createHash('sha256').update(JSON.stringify(texts)).digest('base64')
    const before = this.#seen.get(hash)
    if (before === undefined) this.#seen.set(hash, `${placed.file}, ${placed.number}`)
    else this.#note('duplicate', placed, before)
    if (this.#shown.length < (this.#options.shown ?? MOST_SHOWN)) this.#show(placed, sample, read)
  }

  #show({ file, number }: PlacedRow, sample: Sample, { parts, tokens }: Tokenized): void {
    const { ids, learnt } = parts[0]!
    const pieces: { text: string; learnt: boolean }[] = []
    let from = 0
    for (let i = 1; i <= ids.length; i++) {
      // The first token is predicted from nothing.
      const [before, here] = [from > 0 && learnt[from] === true, learnt[i] === true]
      if (i < ids.length && here === before) continue
      pieces.push({ text: this.#options.tokenizer.spell(ids.slice(from, i)), learnt: before })
      from = i
    }
    this.#shown.push({
      file,
      row: number,
      pieces: within(pieces, LONGEST_SHOWN),
      kept: parts.reduce((sum, part) => sum + part.ids.length, 0),
      tokens,
      parts: parts.length,
      label: sample.kind === 'classified' ? sample.label : null,
    })
  }

  #note(kind: RowProblem, { file, number }: Pick<PlacedRow, 'file' | 'number'>, says: string | null): void {
    const found = this.#problems.get(kind) ?? { kind, count: 0, places: [] }
    found.count++
    if (found.places.length < MOST_PLACES)
      found.places.push({ file, row: number, says: says?.slice(0, LONGEST_SAYING) ?? null })
    this.#problems.set(kind, found)
  }
}

/** Why a row is refused. @throws what is no fault of the row */
function saying(error: unknown): string {
  if (error instanceof HearthError && error.code !== 'ABORTED') return error.message
  throw error
}

function textsOf(sample: Sample): string[] {
  switch (sample.kind) {
    case 'text':
      return [sample.text]
    case 'completion':
      return [sample.prompt, sample.completion]
    case 'classified':
      return [sample.text, sample.pair ?? '', sample.label]
    case 'chat':
      return sample.messages.flatMap(({ role, content }) => [role, content ?? ''])
  }
}

/** Whether an answer is there to be learnt and says nothing. */
function isSilent(sample: Sample): boolean {
  if (sample.kind === 'completion') return sample.completion.trim() === ''
  return (
    sample.kind === 'chat' &&
    sample.messages.some(
      ({ role, content, weight, tool_calls: calls }) =>
        role === 'assistant' && weight !== 0 && !calls && (content ?? '').trim() === '',
    )
  )
}

/** The first letters of all pieces together. */
function within<T extends { readonly text: string }>(pieces: readonly T[], letters: number): T[] {
  let left = letters
  return pieces.flatMap((piece) => {
    const text = piece.text.slice(0, left)
    left -= text.length
    return text === '' ? [] : [{ ...piece, text }]
  })
}
