/**
 * How well the memory finds what answers a question, on conversations that were made here and nothing was fitted to:
 * evidence recall@10, its parts switched on one by one, beside SQLite's own full-text search. No model is needed.
 * With a folder of an embedding model (model.onnx and tokenizer.json, of the E5 family), also what that adds.
 * With a folder of LoCoMo's conversations, on those instead.
 * npm run eval:memory [-- conversations [folder of the model, or - for none [folder of LoCoMo]]]
 */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { Search, type SearchParts } from '../../main/processes/memory/search/search.ts'
import { byLexicon, byModel, VectorIndex } from '../../main/processes/memory/search/vector-index.ts'
import { keepEmbeddings, unembedded } from '../../main/processes/memory/store/embeddings.ts'
import { importSource } from '../../main/processes/memory/store/import-source.ts'
import { openMemory, type MemoryDb } from '../../main/processes/memory/store/open.ts'
import { toDirection } from '../../common/model/embedding-vector.ts'
import { Embedder } from '../../native/embedder/embedder.ts'
import { locomo } from './locomo.ts'
import { conversation, type Conversation, type Question } from './conversations.ts'

const K = 10
/** Notes that an answer is given. */
const NOTES = 6
interface Found {
  readonly anchor: string
  readonly window: readonly string[]
  readonly score: number
}
type Finder = (query: string) => Found[]

/**
 * FTS5 with its Porter stemmer over single messages, or over each with two on either side: what one line of SQL gives.
 */
function plain({ items }: Conversation, reach: number): Finder {
  const db = new Database(':memory:')
  db.exec("create virtual table turns using fts5 (text, tokenize = 'porter unicode61')")
  const windows = items.map((item, i) =>
    items.slice(Math.max(0, i - reach), i + reach + 1).filter(({ session }) => session === item.session),
  )
  const insert = db.prepare('insert into turns (rowid, text) values (?, ?)')
  windows.forEach((window, i) => insert.run(i + 1, window.map(({ author, text }) => `${author}: ${text}`).join('\n')))
  const search = db.prepare<[string], { rowid: number; score: number }>(
    `select rowid, -bm25(turns) as score from turns where turns match ? order by bm25(turns) limit ${K}`,
  )
  return (query) =>
    search
      .all((query.match(/[\p{L}\p{N}]+/gu) ?? []).map((word) => `"${word}"`).join(' OR '))
      .map(({ rowid, score }) => ({
        anchor: items[rowid - 1]!.id,
        window: windows[rowid - 1]!.map(({ id }) => id),
        score,
      }))
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)

/** The chance that an answerable question scores higher than one that nothing answers. */
function separation(answerable: readonly number[], unanswerable: readonly number[]): number {
  return mean(answerable.flatMap((a) => unanswerable.map((b) => (a > b ? 1 : a === b ? 0.5 : 0))))
}

function judge(questions: readonly (Question & { found: readonly Found[] })[]) {
  const answerable = questions.filter(({ evidence }) => evidence.length > 0)
  const recall = (among: typeof answerable, ids: (found: readonly Found[]) => ReadonlySet<string>): number =>
    mean(among.map(({ evidence, found }) => evidence.filter((id) => ids(found).has(id)).length / evidence.length))
  const anchors = (found: readonly Found[]) => new Set(found.map(({ anchor }) => anchor))
  const windows = (found: readonly Found[]) => new Set(found.flatMap(({ window }) => window))
  const top = (among: typeof answerable) => among.map(({ found }) => found[0]?.score ?? 0)
  return {
    recall: recall(answerable, anchors),
    inWindow: recall(answerable, windows),
    ...Object.fromEntries(
      (['close', 'fact', 'time', 'inference'] as const).map((kind) => [
        kind,
        recall(
          answerable.filter((it) => it.kind === kind),
          anchors,
        ),
      ]),
    ),
    mrr: mean(
      answerable.map(
        ({ evidence, found }) => 1 / (found.findIndex(({ anchor }) => evidence.includes(anchor)) + 1 || Infinity),
      ),
    ),
    separation: separation(top(answerable), top(questions.filter(({ evidence }) => evidence.length === 0))),
  }
}

/** Reads a memory and questions about it with an embedding model. */
async function readWith(
  model: Embedder,
  db: MemoryDb,
  queries: readonly string[],
  embeddings: Map<string, Int8Array>,
): Promise<void> {
  const read = async (prefix: string, texts: readonly string[]) =>
    (await model.embed(texts.map((text) => prefix + text))).map(toDirection)
  for (
    let waiting = unembedded(db, 'eval', 0, 64).waiting;
    waiting.length > 0;
    waiting = unembedded(db, 'eval', 0, 64).waiting
  ) {
    const found = await read(
      'passage: ',
      waiting.map(({ text }) => text),
    )
    keepEmbeddings(
      db,
      'eval',
      waiting.map(({ number }, i) => ({ number, embedding: Buffer.from(found[i]!.buffer) })),
      false,
    )
  }
  for (const [i, embedding] of (await read('query: ', queries)).entries()) embeddings.set(queries[i]!, embedding)
}

const count = Number(process.argv[2] ?? 12)
const [, , , model, others] = process.argv
const embedder = model === undefined || model === '-' ? null : await Embedder.open(model, 2)
const files = others === undefined ? [] : (await readdir(others)).toSorted()
const folder = await mkdtemp(join(tmpdir(), 'hearth-eval-'))
const nothing: SearchParts = { queryEmbedding: false, embedding: false, people: false, window: false }
const rows = new Map<string, (Question & { found: readonly Found[] })[]>()
let [asked, took] = [0, 0]
for (let i = 0; i < count; i++) {
  const talk = await (others === undefined ? conversation(`talk ${i}`) : locomo(join(others, files[i]!)))
  const file = join(folder, `${i}.jsonl`)
  await writeFile(file, talk.items.map((item) => JSON.stringify(item)).join('\n'))
  const db = openMemory(join(folder, `${i}.db`))
  await importSource(db, { name: file, file, format: 'jsonl', dateOrder: null, label: 'private' }, 0, () => {})
  const embeddings = new Map<string, Int8Array>()
  if (embedder)
    await readWith(
      embedder,
      db,
      talk.questions.map(({ query }) => query),
      embeddings,
    )
  const search = new Search(
    db,
    new VectorIndex(db, byLexicon),
    embedder && new VectorIndex(db, byModel(embeddings.values().next().value!.length)),
  )
  const ours =
    (parts: SearchParts): Finder =>
    (query) =>
      search
        .find(query, K, embeddings.get(query) ?? null, parts)
        .map(({ itemIds, score }) => ({ anchor: itemIds[0]!, window: itemIds, score }))
  const finders: readonly (readonly [string, Finder])[] = [
    ['SQLite FTS5, messages', plain(talk, 0)],
    ['SQLite FTS5, windows', plain(talk, 2)],
    ['words', ours(nothing)],
    ['+ window', ours({ ...nothing, window: true })],
    ['+ people and times', ours({ ...nothing, window: true, people: true })],
    ['+ meaning (all)', ours({ window: true, people: true, queryEmbedding: true, embedding: false })],
    ...(embedder
      ? [['an embedding model', ours({ window: true, people: true, queryEmbedding: true, embedding: true })] as const]
      : []),
  ]
  for (const [name, find] of finders) {
    const begun = performance.now()
    rows.set(name, [
      ...(rows.get(name) ?? []),
      ...talk.questions.map((question) => ({ ...question, found: find(question.query) })),
    ])
    if (name.includes('all')) [asked, took] = [asked + talk.questions.length, took + performance.now() - begun]
  }
  db.close()
}
await rm(folder, { recursive: true })
const results = [...rows].map(([name, questions]) => ({ name, figures: Object.entries<number>(judge(questions)) }))
const columns = results[0]!.figures.map(([column]) => column)
process.stdout.write(`${''.padEnd(24)}${columns.map((name) => name.padStart(11)).join('')}\n`)
for (const result of results)
  process.stdout.write(
    `${result.name.padEnd(24)}${result.figures.map(([, value]) => value.toFixed(3).padStart(11)).join('')}\n`,
  )
process.stdout.write(
  `${count} conversations, ${asked} questions; ${(took / asked).toFixed(1)} ms a question; recall and MRR by the ` +
    `message that was found, inWindow with the two on either side\n`,
)
{
  // What a threshold costs and gives: evidence among an answer's notes that it leaves there, and questions without an
  // answer that get no note.
  const all = [...rows].at(-1)![1]
  const found = (least: number) =>
    mean(
      all
        .filter(({ evidence }) => evidence.length > 0)
        .map(
          (it) =>
            it.evidence.filter((id) =>
              it.found.slice(0, NOTES).some(({ anchor, score }) => anchor === id && score >= least),
            ).length / it.evidence.length,
        ),
    )
  const beside = (share: number) =>
    mean(
      all
        .filter(({ evidence }) => evidence.length > 0)
        .map(
          (it) =>
            it.evidence.filter((id) =>
              it.found
                .slice(0, NOTES)
                .some(({ anchor, score }) => anchor === id && score >= share * it.found[0]!.score),
            ).length / it.evidence.length,
        ),
    )
  const notes = (share: number) =>
    mean(all.map((it) => it.found.slice(0, NOTES).filter(({ score }) => score >= share * it.found[0]!.score).length))
  for (const share of [0, 0.3, 0.4, 0.5, 0.7])
    process.stdout.write(
      `at least ${share} of the best: evidence among ${NOTES} notes ${beside(share).toFixed(3)}, ` +
        `${notes(share).toFixed(1)} notes\n`,
    )
  const quiet = (least: number) =>
    mean(all.filter(({ evidence }) => evidence.length === 0).map((it) => Number((it.found[0]?.score ?? 0) < least)))
  for (const least of [0, 0.05, 0.08, 0.1, 0.12, 0.15, 0.2, 0.25, 0.3, 0.4])
    process.stdout.write(
      `threshold ${least.toFixed(2)}: evidence among ${NOTES} notes ${found(least).toFixed(3)}, no note where ` +
        `nothing answers ${quiet(least).toFixed(3)}\n`,
    )
}
