import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readLines } from '../../main/core/read-lines.ts'

/** One meaning, as WordNet 3.1 has it: its words, what it is explained with, and the meanings it is tied to. */
export interface Synset {
  readonly key: string
  readonly words: readonly string[]
  readonly gloss: string
  readonly relations: readonly { readonly kind: string; readonly to: string }[]
}

const FILES = { n: 'data.noun', v: 'data.verb', a: 'data.adj', r: 'data.adv' } as const
const keyOf = (kind: string, offset: string): string => `${kind === 's' ? 'a' : kind}${offset}`

/** The meanings in WordNet's data files (format: wndb(5WN)). @param dict the folder that holds them */
export async function* synsets(dict: string): AsyncGenerator<Synset> {
  for (const [kind, file] of Object.entries(FILES)) {
    for await (const { text } of readLines(join(dict, file))) {
      if (!/^\d/.test(text)) continue
      const [data, gloss = ''] = text.split(' | ')
      const fields = data!.trim().split(' ')
      const count = Number.parseInt(fields[3]!, 16)
      const words = Array.from({ length: count }, (_, i) =>
        fields[4 + 2 * i]!.replace(/\(.*\)$/, '').replaceAll('_', ' '),
      )
      const at = 4 + 2 * count
      const relations = Array.from({ length: Number(fields[at]) }, (_, i) => ({
        kind: fields[at + 1 + 4 * i]!,
        to: keyOf(fields[at + 3 + 4 * i]!, fields[at + 2 + 4 * i]!),
      }))
      yield { key: keyOf(kind, fields[0]!), words, gloss, relations }
    }
  }
}

/**
 * How often each word was met in each of its meanings, in WordNet's tagged texts (format: senseidx(5WN)): `word/key` →
 * count.
 */
export async function senseCounts(dict: string): Promise<ReadonlyMap<string, number>> {
  const kinds = ['', 'n', 'v', 'a', 'r', 'a']
  const counts = new Map<string, number>()
  for (const line of (await readFile(join(dict, 'index.sense'), 'utf8')).split('\n')) {
    const [sense, offset, , count] = line.split(' ')
    if (!sense || !offset) continue
    const [word, rest] = sense.split('%')
    counts.set(`${word!.replaceAll('_', ' ')}/${kinds[Number(rest![0])]!}${offset}`, Number(count))
  }
  return counts
}
