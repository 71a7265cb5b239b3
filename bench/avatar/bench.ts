/**
 * How fast the memory is: directions against the plain scan that finds the same (100,000 of 384 dimensions, in
 * clusters), reading in and asking. npm run bench:memory
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cosine, toDirection } from '../../common/model/embedding-vector.ts'
import { Search } from '../../main/processes/memory/search/search.ts'
import { byLexicon, VectorIndex } from '../../main/processes/memory/search/vector-index.ts'
import { importSource } from '../../main/processes/memory/store/import-source.ts'
import { openMemory } from '../../main/processes/memory/store/open.ts'
import { Embedder } from '../../native/embedder/embedder.ts'
import { Random } from '../../native/trainer/random.ts'
import { e5Small, writeEmbedder } from '../../test/support/embedder.ts'
import { conversation } from './conversations.ts'
import { productsAlone } from './products.ts'

const VECTORS = 100_000
const DIMENSIONS = 384
const CLUSTERS = 1500
const QUERIES = 100
const K = 10
const RESCORED = 400
const MESSAGES = 50_000
const CHUNK_TOKENS = 128
const CHUNKS = 256

const folder = await mkdtemp(join(tmpdir(), 'hearth-bench-'))
const say = (line: string): void => void process.stdout.write(`${line}\n`)
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!
function timed<T>(work: () => T): { result: T; ms: number } {
  const begun = performance.now()
  const result = work()
  return { result, ms: performance.now() - begun }
}

{
  const random = new Random('bench')
  const centres = Array.from({ length: CLUSTERS }, () =>
    Float32Array.from({ length: DIMENSIONS }, () => random.normal()),
  )
  const draw = (): Int8Array =>
    toDirection(centres[Math.floor(random.unit() ** 1.7 * CLUSTERS)]!.map((value) => 0.75 * value + random.normal()))
  const db = openMemory(join(folder, 'vectors.db'))
  db.pragma('foreign_keys = OFF')
  const add = db.prepare('insert into vectors (number, vector) values (?, ?)')
  const all = Array.from({ length: VECTORS }, draw)
  db.transaction(() => all.forEach((vector, i) => add.run(i + 1, Buffer.from(vector.buffer))))()
  const index = new VectorIndex(db, { ...byLexicon, dimensions: DIMENSIONS })
  say(`cold start of ${VECTORS} × ${DIMENSIONS}: ${timed(() => index.follow()).ms.toFixed(0)} ms (goal 1000)`)
  const scan = (query: Int8Array): number[] =>
    all
      .map((vector, i) => ({ number: i + 1, likeness: cosine(query, vector) }))
      .toSorted((a, b) => b.likeness - a.likeness)
      .slice(0, K)
      .map(({ number }) => number)
  const [ours, theirs]: [number[], number[]] = [[], []]
  let same = 0
  for (let i = 0; i < QUERIES; i++) {
    const query = draw()
    const found = timed(() => index.nearest(query, K, RESCORED))
    const whole = timed(() => scan(query))
    const best = new Set(whole.result)
    same += found.result.filter(({ number }) => best.has(number)).length
    ours.push(found.ms)
    theirs.push(whole.ms)
  }
  say(
    `search p50: ${median(ours).toFixed(1)} ms (goal 10), ${(median(ours) / median(theirs)).toFixed(3)} of a plain ` +
      `scan's ${median(theirs).toFixed(0)} ms; recall@${K} ${(same / (QUERIES * K)).toFixed(3)} (goal 0.99)`,
  )
  db.close()
}
{
  const talks = Array.from({ length: Math.ceil(MESSAGES / 250) }, (_, i) => conversation(`bench ${i}`))
  const items = talks
    .flatMap(({ items: turns }, i) =>
      turns.map((item) => ({ ...item, id: `${i}/${item.id}`, session: `${i}/${item.session}` })),
    )
    .slice(0, MESSAGES)
  const file = join(folder, 'talks.jsonl')
  await writeFile(file, items.map((item) => JSON.stringify(item)).join('\n'))
  const db = openMemory(join(folder, 'talks.db'))
  const begun = performance.now()
  await importSource(db, { name: 'talks', file, format: 'jsonl', dateOrder: null, label: 'private' }, 0, () => {})
  const seconds = (performance.now() - begun) / 1000
  const words = items.reduce((sum, { text }) => sum + text.split(/\s+/).length, 0)
  say(
    `reading in: ${(items.length / seconds).toFixed(0)} messages a second on one core, ` +
      `${(words / seconds).toFixed(0)} words a second, with directions by the lexicon`,
  )
  const opened = timed(() => new Search(db, new VectorIndex(db, byLexicon)))
  const times = talks
    .slice(0, 5)
    .flatMap(({ questions }) => questions.slice(0, 40).map(({ query }) => timed(() => opened.result.find(query, K)).ms))
  say(`asking among ${items.length}: p50 ${median(times).toFixed(0)} ms a question; ${opened.ms.toFixed(0)} ms to open`)
  db.close()
}
{
  const words = [
    ...new Set(conversation('words').items.flatMap(({ text }) => text.toLowerCase().match(/[a-z]+/g) ?? [])),
  ]
  const model = await writeEmbedder(
    join(folder, 'e5'),
    words.map((word) => [word]),
    e5Small,
  )
  await using embedder = await Embedder.open(model, 1)
  const chunk = Array.from({ length: CHUNK_TOKENS - 2 }, (_, i) => words[(7 * i) % words.length]!).join(' ')
  await embedder.embed([chunk])
  const [begun, cpu] = [performance.now(), process.cpuUsage()]
  for (let i = 0; i < CHUNKS; i += 32) await embedder.embed(Array.from({ length: 32 }, () => chunk))
  const [seconds, { user, system }] = [(performance.now() - begun) / 1000, process.cpuUsage(cpu)]
  const limit = await productsAlone(e5Small, CHUNK_TOKENS)
  say(
    `reading with an int8 model of e5-small's shape: ${(CHUNKS / seconds).toFixed(1)} chunks of ${CHUNK_TOKENS} ` +
      `tokens a second on one core (goal 75), ${((CHUNKS * CHUNK_TOKENS * 1e6) / (user + system)).toFixed(0)} tokens ` +
      `a second of processor; ${(CHUNKS / seconds / limit).toFixed(2)} of the ${limit.toFixed(0)} that its int8 ` +
      `products alone allow`,
  )
}
await rm(folder, { recursive: true })
