import type { Turn } from '../../../../common/children/llm.ts'
import type { Reply } from '../../../../common/model/style.ts'

/** A conversation to learn from: its last turn is the answer. */
export interface Row {
  readonly messages: readonly Turn[]
}

/**
 * A reply as an answer of the avatar, below what it replied to. @param system who speaks, as in the app's own prompts
 */
export function rowOf({ before, text }: Reply, system: string): Row {
  const turns: Turn[] = []
  for (const { mine, text: said } of before) {
    const role = mine ? 'assistant' : 'user'
    const last = turns.at(-1)
    if (last?.role === role) turns[turns.length - 1] = { role, content: `${last.content}\n${said}` }
    else if (last !== undefined || role === 'user') turns.push({ role, content: said })
  }
  return { messages: [{ role: 'system', content: system }, ...turns, { role: 'assistant', content: text }] }
}

/** Letters that a word has from which on a remark is about it. */
const TELLING = 5

const MOST_QUESTIONS = 72
/** Every which question is kept for the comparison afterwards, and not learnt from. */
const COMPARED_EVERY = 3

/**
 * Questions that this avatar could be asked: those that others asked in what was remembered, and what the person wrote
 * about things that they named.
 */
export function questionsOf(replies: readonly Reply[]): { readonly rehearsed: string[]; readonly compared: string[] } {
  const asked = replies
    .flatMap(({ before }) => [before.at(-1)!.text.trim()])
    .filter((text) => /[?？]$/u.test(text) && text.length < 200)
  const named = replies.flatMap(({ text }) => {
    const word = (text.match(/\p{L}+/gu) ?? []).toSorted((a, b) => b.length - a.length)[0]
    return word !== undefined && word.length >= TELLING ? [`What did you write about ${word.toLowerCase()}?`] : []
  })
  const all = [...new Set([...asked, ...named])].slice(0, MOST_QUESTIONS)
  const compared = all.filter((_, i) => i % COMPARED_EVERY === 0)
  return { rehearsed: all.filter((question) => !compared.includes(question)), compared }
}

/** Bytes of text that a token has at least, in most languages and tokenizers. */
const BYTES_PER_TOKEN = 3
const LENGTHS = [256, 512, 1024, 2048, 4096] as const
/** Of the rows, those that the length is chosen for; the longest few would make all steps dear. */
const MOST_ROWS = 0.95

/**
 * The length of sequences, in tokens, that takes nearly all rows whole, and those rows: of one that is cut, the answer
 * is cut off.
 */
export function fitted(rows: readonly Row[]): { readonly length: number; readonly rows: readonly Row[] } {
  const tokens = (row: Row): number =>
    row.messages.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0) / BYTES_PER_TOKEN
  const sizes = rows.map(tokens).toSorted((a, b) => a - b)
  const wanted = sizes[Math.floor(sizes.length * MOST_ROWS)] ?? 0
  const length = LENGTHS.find((candidate) => candidate >= wanted) ?? LENGTHS.at(-1)!
  return { length, rows: rows.filter((row) => tokens(row) <= length) }
}
