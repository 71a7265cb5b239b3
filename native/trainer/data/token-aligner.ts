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
      const right = added.rstrip ? text.length - end - text.slice(end).trimStart().length : 0
      spans.push(...this.#section(text.slice(at, place - left), at, run), { from: place - left, to: end + right })
      ;[at, run] = [end + right, []]
    }
    return [...spans, ...this.#section(text.slice(at), at, run)]
  }

  /** The text between two added tokens. */
  #section(section: string, offset: number, tokens: readonly string[]): TokenSpan[] {
    const { bytes, owners } = this.#source(section)
    const pieces = tokens.map((token) => this.#bytesOf(token))
    const length = pieces.reduce((sum, piece) => sum + piece.length, 0)
    // Many tokenizers write a blank before a text; it belongs to the first character.
    const inserted = length === bytes.length + 1 && pieces.find((piece) => piece.length > 0)?.[0] === SPACE ? 1 : 0
    if (length !== bytes.length + inserted) throw unaligned(section)
    let at = -inserted
    return pieces.map((piece) => {
      for (const [i, byte] of piece.entries()) if (at + i >= 0 && byte !== bytes[at + i]) throw unaligned(section)
      const [first, last] = [owners[Math.max(0, at)], owners[Math.max(0, at + piece.length - 1)]]
      at += piece.length
      return { from: offset + (first?.from ?? 0), to: offset + (last?.to ?? 0) }
    })
  }

  /** A section's bytes as its tokens spell them, and the characters that each comes from. */
  #source(section: string): { bytes: number[]; owners: TokenSpan[] } {
    if (!this.#normalize)
      throw new HearthError(
        'MODEL_UNSUPPORTED',
        'the tokenizer changes texts in a way that is not followed, so answers cannot be found among its tokens',
        { file: 'tokenizer.json' },
      )
    const [bytes, owners] = [[] as number[], [] as TokenSpan[]]
    const put = (characters: string, from: number, to: number) => {
      for (const byte of Buffer.from(this.#spell(characters), 'utf8')) {
        bytes.push(byte)
        owners.push({ from, to })
      }
    }
    if (this.#normalize(section) === section) {
      let at = 0
      for (const character of section) put(character, at, (at += character.length))
      return { bytes, owners }
    }
    let together = ''
    for (const { segment, index } of graphemes.segment(section)) {
      const normalized = this.#normalize(segment)
      together += normalized
      put(normalized, index, index + segment.length)
    }
    if (together !== this.#normalize(section)) throw unaligned(section)
    return { bytes, owners }
  }
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
