import { expect, test } from 'vitest'
import type { Turn } from '../../../../common/children/llm.ts'
import type { Evidence } from '../../../../common/children/memory.ts'
import type { Fact, MemoryItem } from '../../../../common/model/memory.ts'
import { Answering } from './answering.ts'

const item = (number: number, text: string): MemoryItem => ({
  number,
  id: `m${number}`,
  source: 1,
  ts: null,
  author: 'Ada',
  text,
  session: null,
})
const cat = item(1, 'My cat is called Miso')
const move = item(2, 'We are in Lisbon now')
const tea = item(3, 'I only drink tea')
const evidence = [cat, move].map((it): Evidence => ({ item: it, mine: true, around: [it], score: 0.5 }))
const fact = (id: number, text: string, of: MemoryItem, to: number | null = null): Fact => ({
  id,
  text,
  state: 'kept',
  from: null,
  to,
  items: [of],
})
const facts = [
  fact(1, 'My cat is called Miso', cat),
  fact(2, 'I live in Lisbon', move),
  fact(3, 'I never drink coffee', tea),
  fact(4, 'I lived in Bergen', move, 1),
]
const ada = {
  id: 1,
  name: 'Ada',
  picture: null,
  rules: '',
  greeting: '',
  model: null,
  remembers: true,
  style: null,
  styleScale: 1,
}

/** What the system's turn says of a life, in a context of so many tokens. */
async function said(contextSize: number): Promise<string> {
  const asked: string[] = []
  const client = {
    recall: ({ query, embedding }: { query: string; embedding: unknown }) => (
      asked.push(`${query} ${JSON.stringify(embedding)}`),
      Promise.resolve(evidence)
    ),
    facts: () => Promise.resolve({ facts, total: facts.length }),
    biography: () => Promise.resolve({ text: 'Born by the sea.', outdated: false }),
    topics: () =>
      Promise.resolve({
        topics: [],
        months: [
          { month: '2024-03', items: 9, words: ['cat', 'garden'] },
          { month: '2024-02', items: 1, words: [] },
        ],
        current: true,
      }),
  }
  const llm = {
    count: ({ turns }: { turns: readonly Turn[] }) =>
      Promise.resolve({
        tokens: turns
          .map(({ content }) => content)
          .join(' ')
          .split(' ').length,
      }),
  }
  const answering = new Answering({
    memory: () => ({ client, file: '' }),
    llm: () => llm,
    queryEmbedding: (text: string) => Promise.resolve({ model: 'm', embedding: text }),
  } as unknown as ConstructorParameters<typeof Answering>[0])
  const engine = { model: '', modelHash: '', gpu: false, threads: 1, contextSize, adapter: null, states: null }
  const { value } = await answering
    .answer(
      {
        avatar: ada,
        history: [{ role: 'user', content: 'Have you a cat?' }],
        text: 'And since when?',
        engine,
        sampling: { maxTokens: 9, temperature: 0, topP: 1, seed: null, stop: [] },
      },
      undefined,
    )
    .next()
  if (!value || !('turns' in value)) throw new Error('no prompt')
  // A question of few words is searched with the one before, and the model reads the same.
  expect(asked).toEqual(['Have you a cat? And since when? {"model":"m","embedding":"Have you a cat? And since when?"}'])
  return value.turns[0]!.content
}

test('a wide context has all that holds of a life before it, whatever is asked', async () => {
  const system = await said(8192)
  for (const text of [
    '“My cat is called Miso”',
    '“I live in Lisbon”',
    '“I never drink coffee”',
    'Born by the sea.',
    '- March 2024: cat, garden',
  ])
    expect(system).toContain(text)
  expect(system).not.toContain('Bergen')
  expect(system).not.toContain('February')
})

test('a narrow one has only what a likely message says in other words', async () => {
  const system = await said(1024)
  expect(system).toContain('“I live in Lisbon”')
  for (const text of ['Miso', 'coffee', 'Bergen', 'March']) expect(system).not.toContain(text)
  expect(system).toContain('Born by the sea.')
})
