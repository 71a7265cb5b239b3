import * as z from 'zod'
import { HearthError } from '../../../common/errors/index.ts'

const AddedToken = z.looseObject({
  content: z.string(),
  lstrip: z.boolean().default(false),
  rstrip: z.boolean().default(false),
})
const TokenizerJson = z.looseObject({
  added_tokens: z.array(AddedToken).nullish(),
  normalizer: z.unknown().optional(),
  pre_tokenizer: z.unknown().optional(),
  decoder: z.unknown().optional(),
  model: z.looseObject({ byte_fallback: z.boolean().nullish() }),
})
const Step = z.looseObject({
  type: z.string(),
  normalizers: z.array(z.unknown()).optional(),
  pattern: z.unknown().optional(),
  content: z.unknown().optional(),
})

/** A token's place in a text, in UTF-16 units. */
export interface TokenSpan {
  readonly from: number
  readonly to: number
}

type Normalize = (text: string) => string
const SPACE = 0x20
const BYTE_ORDER_MARK = '\u{FEFF}'
const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' })

/**
 * Finds the characters that tokens were made of, by putting the text together again from the tokens. It is exact: where
 * the tokens do not give the text back to the byte, it refuses.
 */
export class TokenAligner {
  readonly #added: ReadonlyMap<string, { readonly lstrip: boolean; readonly rstrip: boolean }>
  readonly #bytesOf: (token: string) => Uint8Array
  /** A text's characters as pieces spell them: `▁` is a blank, but where tokens are spelt in bytes. */
  readonly #spell: Normalize
  readonly #normalize: Normalize | null
  /** Bytes of the tokens that were met; there are as many as in the vocabulary at most. */
  readonly #pieces = new Map<string, Uint8Array>()
  /** Whether added tokens take the blanks beside them. */
  readonly #swallows: boolean

  /** @param json content of tokenizer.json */
  constructor(json: unknown) {
    const { added_tokens: added, normalizer, pre_tokenizer: splitter, decoder, model } = TokenizerJson.parse(json)
    this.#added = new Map((added ?? []).map((token) => [token.content, token]))
    const isByteLevel = JSON.stringify([splitter, decoder]).includes('"ByteLevel"')
    this.#bytesOf = isByteLevel ? byteLevelBytes : (token) => pieceBytes(token, model.byte_fallback ?? false)
    this.#spell = isByteLevel ? (text) => text : (text) => text.replaceAll('▁', ' ')
    this.#normalize = normalization(normalizer)
    this.#swallows = [...this.#added.values()].some(({ lstrip, rstrip }) => lstrip || rstrip)
  }

  /** @param tokens of the text, without tokens added around it */
  align(text: string, tokens: readonly string[]): readonly TokenSpan[] {
    // The library takes this mark for a blank, and tokenizers do not.
    if (this.#swallows && text.includes(BYTE_ORDER_MARK)) throw unaligned(text)
    const spans: TokenSpan[] = []
    let [at, run] = [0, [] as string[]]
    for (const token of tokens) {
      const added = this.#added.get(token)
      if (!added) {
        run.push(token)
        continue
      }
      const place = text.indexOf(token, at)
      if (place < 0) throw unaligned(text)
      const end = place + token.length
      const before = text.slice(at, place)
      // Some added tokens take the blanks beside them.
      const left = added.lstrip ? before.length - before.trimEnd().length : 0
      const right = added.rstrip ? blanksAt(text, end) : 0
      for (const span of this.#section(text.slice(at, place - left), at, run)) spans.push(span)
      spans.push({ from: place - left, to: end + right })
      ;[at, run] = [end + right, []]
    }
    return [...spans, ...this.#section(text.slice(at), at, run)]
  }

  /** The text between two added tokens. */
  #section(section: string, offset: number, tokens: readonly string[]): TokenSpan[] {
    const { bytes, from, to } = this.#source(section)
    const pieces = tokens.map((token) => this.#pieceOf(token))
    const length = pieces.reduce((sum, piece) => sum + piece.length, 0)
    // Many tokenizers write a blank before a text; it belongs to the first character.
    const inserted = length === bytes.length + 1 && pieces.find((piece) => piece.length > 0)?.[0] === SPACE ? 1 : 0
    if (length !== bytes.length + inserted) throw unaligned(section)
    let at = -inserted
    return pieces.map((piece) => {
      for (const [i, byte] of piece.entries()) if (at + i >= 0 && byte !== bytes[at + i]) throw unaligned(section)
      const [first, last] = [from[Math.max(0, at)] ?? 0, to[Math.max(0, at + piece.length - 1)] ?? 0]
      at += piece.length
      return { from: offset + first, to: offset + last }
    })
  }

  #pieceOf(token: string): Uint8Array {
    let piece = this.#pieces.get(token)
    if (!piece) this.#pieces.set(token, (piece = this.#bytesOf(token)))
    return piece
  }

  /** A section's bytes as its tokens spell them, and for each the character that it comes from. */
  #source(section: string): { bytes: Uint8Array; from: Int32Array; to: Int32Array } {
    const characters = this.#characters(section)
    const bytes = Buffer.from(characters.map(({ spelt }) => spelt).join(''), 'utf8')
    const [from, to] = [new Int32Array(bytes.length), new Int32Array(bytes.length)]
    let [at, place] = [0, 0]
    for (const { spelt, length } of characters) {
      const end = at + bytesIn(spelt)
      for (; at < end; at++) {
        from[at] = place
        to[at] = place + length
      }
      place += length
    }
    return { bytes, from, to }
  }

  /** The characters of a section as pieces spell them, with their own lengths; clusters where they are normalized. */
  #characters(section: string): { spelt: string; length: number }[] {
    const normalize = this.#normalize
    if (!normalize)
      throw new HearthError(
        'MODEL_UNSUPPORTED',
        'the tokenizer changes texts in a way that is not followed, so answers cannot be found among its tokens',
        { file: 'tokenizer.json' },
      )
    const whole = normalize(section)
    if (whole === section)
      return Array.from(section, (character) => ({ spelt: this.#spell(character), length: character.length }))
    const clusters = Array.from(graphemes.segment(section), ({ segment }) => ({ segment, own: normalize(segment) }))
    if (clusters.map(({ own }) => own).join('') !== whole) throw unaligned(section)
    return clusters.map(({ segment, own }) => ({ spelt: this.#spell(own), length: segment.length }))
  }
}

/** UTF-8 bytes of a few characters, without the cost of a call outside. */
function bytesIn(text: string): number {
  let bytes = 0
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4
  }
  return bytes
}

/** How many blanks begin at a place of a text. */
function blanksAt(text: string, start: number): number {
  let end = start
  while (end < text.length && text.charAt(end).trim() === '') end++
  return end - start
}

/** What a normalizer does to characters, blanks aside; null for one that is not followed. */
function normalization(value: unknown): Normalize | null {
  if (value == null) return (text) => text
  const { data: step } = Step.safeParse(value)
  switch (step?.type) {
    case 'Sequence': {
      const steps = (step.normalizers ?? []).map(normalization)
      if (steps.includes(null)) return null
      return (text) => steps.reduce((done, next) => next?.(done) ?? done, text)
    }
    case 'Prepend':
      return (text) => text
    case 'Replace':
      return JSON.stringify([step.pattern, step.content]) === '[{"String":" "},"▁"]' ? (text) => text : null
    case 'NFC':
    case 'NFD':
    case 'NFKC':
    case 'NFKD': {
      const { type } = step
      return (text) => text.normalize(type)
    }
    case 'StripAccents':
      return (text) => text.replace(/\p{M}/gu, '')
    case 'Lowercase':
      return (text) => text.toLowerCase()
    default:
      return null
  }
}

/** GPT-2's letters for bytes: printable ones stand for themselves, the others follow from U+0100 on. */
const byteOfLetter: ReadonlyMap<string, number> = (() => {
  const printable = (byte: number) => (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae
  const letters = new Map<string, number>()
  let next = 0x100
  for (let byte = 0; byte < 256; byte++) letters.set(String.fromCodePoint(printable(byte) ? byte : next++), byte)
  return letters
})()

function byteLevelBytes(token: string): Uint8Array {
  const bytes = Array.from(token, (letter) => byteOfLetter.get(letter))
  return Uint8Array.from(bytes.includes(undefined) ? Buffer.from(token, 'utf8') : bytes, (byte) => byte ?? 0)
}

function pieceBytes(token: string, fallback: boolean): Uint8Array {
  const byte = fallback ? /^<0x([0-9A-F]{2})>$/.exec(token)?.[1] : undefined
  return byte === undefined ? Buffer.from(token.replaceAll('▁', ' '), 'utf8') : Uint8Array.of(parseInt(byte, 16))
}

const unaligned = (text: string) =>
  new HearthError(
    'MODEL_UNSUPPORTED',
    'the tokenizer does not give back the text that it was given, so answers cannot be found among its tokens, at ' +
      `“${text.slice(0, 60)}”`,
    { file: 'tokenizer.json' },
  )
