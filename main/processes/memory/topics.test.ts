import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { importSource } from './store/import-source.ts'
import { closeMemory, openMemory, type MemoryDb } from './store/open.ts'
import { removeSource } from './store/remove-source.ts'
import { kMeans, nearestOf } from './topics/k-means.ts'
import { sortTopics } from './topics/sort-topics.ts'
import { tellingWords } from './topics/telling-words.ts'
import { topicItems, topics } from './topics/topics.ts'

let folder: string
let db: MemoryDb
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hearth-topics-'))
  db = openMemory(join(folder, 'memory.db'))
})
afterEach(async () => {
  closeMemory(join(folder, 'memory.db'))
  await rm(folder, { recursive: true })
})

const GARDEN = [
  'The tomatoes need water',
  'I planted beans in the garden',
  'Courgettes grow like weeds',
  'The soil in the garden is dry',
  'Pruned the roses and the hedge',
]
const MUSIC = [
  'I practise the cello daily',
  'The orchestra plays Brahms',
  'My violin needs new strings',
  'We sang in the choir',
  'The concert was sold out',
]
const MONTHS = [Date.UTC(2023, 4, 3), Date.UTC(2023, 5, 3)]

async function bring(name: string, conversations: readonly (readonly string[])[]) {
  const file = join(folder, `${name}.jsonl`)
  const messages = conversations.flatMap((texts, c) =>
    texts.map((text, i) => ({
      id: `${name}${c}/${i}`,
      ts: MONTHS[c % 2]! + c * 60_000 + i * 1000,
      author: i % 2 ? 'Rosemary' : 'Ben',
      text,
      session: `${name} ${c}`,
    })),
  )
  await writeFile(file, messages.map((message) => `${JSON.stringify(message)}\n`).join(''))
  return importSource(db, { name, file, format: 'jsonl', dateOrder: null, label: 'private' }, 5, () => {})
}
/** Conversations that speak of one thing each, in turn. */
const talk = Array.from({ length: 8 }, (_, c) =>
  (c % 2 ? MUSIC : GARDEN).map((_, i, texts) => texts[(i + c) % texts.length]!),
)

test('messages are sorted by what they are about, and each topic is named by its own words', async () => {
  await bring('talk', talk)
  const reported: number[] = []
  await sortTopics(db, (items) => reported.push(items))
  expect(reported.at(-1)).toBe(40)
  const found = topics(db)
  expect(found.current).toBe(true)
  expect(found.topics.length).toBeGreaterThan(1)
  for (const topic of found.topics) {
    const texts = topicItems(db, topic.id, 0, 100).map(({ text }) => text)
    expect(texts).toHaveLength(topic.items)
    // What is sorted together was said in conversations about the same.
    expect(new Set(texts.map((text) => GARDEN.includes(text))).size).toBe(1)
    const own = (GARDEN.includes(texts[0]!) ? GARDEN : MUSIC).join(' ').toLowerCase()
    for (const word of topic.words) expect(own).toContain(word)
    expect(MONTHS[GARDEN.includes(texts[0]!) ? 0 : 1]).toBeLessThanOrEqual(topic.from!)
  }
  // Names of whoever wrote name no topic.
  expect(found.topics.flatMap(({ words }) => words)).not.toContain('ben')
})

test('months say how much was said and what of, the latest first', async () => {
  await bring('talk', talk)
  await sortTopics(db, () => {})
  const { months } = topics(db)
  expect(months.map(({ month, items }) => [month, items])).toEqual([
    ['2023-06', 20],
    ['2023-05', 20],
  ])
  expect(MUSIC.join(' ').toLowerCase()).toContain(months[0]!.words[0])
  expect(GARDEN.join(' ').toLowerCase()).toContain(months[1]!.words[0])
})

test('the same memories are sorted the same each time; what comes later makes it old', async () => {
  await bring('talk', talk)
  await sortTopics(db, () => {})
  const before = topics(db)
  await sortTopics(db, () => {})
  expect(topics(db)).toEqual(before)
  await bring('more', [MUSIC])
  expect(topics(db)).toEqual({ ...before, current: false })
})

test('nothing stays of a source that was forgotten, and a few messages are no topic', async () => {
  const { id } = await bring('talk', talk)
  await bring('few', [['My zebra is striped', 'My zebra is asleep']])
  await sortTopics(db, () => {})
  await removeSource(db, id, () => {})
  expect(topics(db)).toEqual({ topics: [], months: [], current: false })
  await sortTopics(db, () => {})
  expect(topics(db)).toMatchObject({ topics: [], months: [{ items: 2, words: ['zebra'] }], current: true })
})

test('an empty memory, and messages without words, are sorted to nothing', async () => {
  await sortTopics(db, () => {})
  expect(topics(db)).toEqual({ topics: [], months: [], current: true })
  await bring('signs', [Array.from({ length: 30 }, () => '😀')])
  await sortTopics(db, () => {})
  expect(topics(db)).toMatchObject({ topics: [], current: true })
})

test('telling words stand in many messages, in the form that is written most', () => {
  const weight = (term: string): number => (term === 'the' ? 0 : 1)
  expect(
    tellingWords(['Gardens are green', 'the gardens', 'a garden', '12 12', 'rare'], weight, new Set(['green']), 5),
  ).toEqual(['gardens'])
  expect(tellingWords(['我的猫睡觉', '猫在花园'], () => 1, new Set(), 5)).toContain('猫')
})

test('centres lie where rows do', async () => {
  const at = (x: number): Float32Array => Float32Array.of(Math.cos(x), Math.sin(x))
  const rows = [0, 0.1, 0.2, 2, 2.1, 2.2].map(at)
  const centres = await kMeans(rows, 2)
  expect(centres.map(([x, y]) => Math.atan2(y!, x!)).map((angle) => Number(angle.toFixed(3)))).toEqual([0.1, 2.1])
  expect(nearestOf(at(0.3), centres).at).toBe(0)
  expect(await kMeans(rows.slice(0, 1), 3)).toHaveLength(1)
  expect(await kMeans([], 3)).toEqual([])
})
