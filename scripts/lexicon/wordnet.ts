import { join } from 'node:path'
import { readLines } from '../../main/core/read-lines.ts'

/** One meaning, as WordNet 3.1 has it: its words, what it is explained with, and the meanings it is tied to. */
export interface Synset {
  readonly key: string
  readonly words: readonly string[]
  readonly gloss: string
  /** Keys of the meanings that it is tied to. */
  readonly tied: readonly string[]
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
      const tied = Array.from({ length: Number(fields[at]) }, (_, i) =>
        keyOf(fields[at + 3 + 4 * i]!, fields[at + 2 + 4 * i]!),
      )
      yield { key: keyOf(kind, fields[0]!), words, gloss, tied }
    }
  }
}
