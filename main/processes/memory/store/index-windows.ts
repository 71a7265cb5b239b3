import { asDiskError } from '../../../core/files.ts'
import { embeddingAmid } from '../lexicon/meaning.ts'
import type { MemoryDb } from './open.ts'
import { touch } from './revision.ts'
import { dateWords } from '../text/dates.ts'
import { termsOf } from '../text/words.ts'

/** Messages on either side that stand with one in the index: what somebody answers is often asked before. */
export const REACH = 2
const BATCH = 400

interface Waiting {
  readonly number: number
  readonly source: number
  readonly session: string | null
}
interface Row extends Waiting {
  readonly ts: number | null
  readonly author: string | null
  readonly text: string
}

/** What was never indexed, or stands among others now; and what an older Hearth took apart otherwise. */
const STATES = { waiting: 0, outdated: -1 } as const

/** Puts what waits into the index of words, batch by batch, and lets others have their turn in between. */
export const indexWaiting = (db: MemoryDb, onProgress: (items: number) => void): Promise<void> =>
  indexAll(db, 'waiting', onProgress)

const renewals = new WeakMap<MemoryDb, Promise<void>>()

/** The index of a memory that an older Hearth wrote, made anew once; what models made of its messages stays. */
export function renewIndex(db: MemoryDb): Promise<void> {
  const begun = renewals.get(db)
  if (begun) return begun
  const renewal = indexAll(db, 'outdated', () => {}).catch((error: unknown) => {
    renewals.delete(db)
    throw asDiskError(error)
  })
  renewals.set(db, renewal)
  return renewal
}

async function indexAll(db: MemoryDb, state: keyof typeof STATES, onProgress: (items: number) => void): Promise<void> {
  const next = db.prepare<[number], Waiting>(
    `select number, source, session from items where indexed = ${STATES[state]}
       order by source, session, number limit ?`,
  )
  const stretch = db.prepare<unknown[], Row>(
    `select number, source, session, ts, author, text from items
       where source = ? and session is ? and number between ? and ? order by number`,
  )
  const before = db.prepare<unknown[], Row>(
    `select number, source, session, ts, author, text from items
       where source = ? and session is ? and number < ? order by number desc limit ?`,
  )
  const after = db.prepare<unknown[], Row>(
    `select number, source, session, ts, author, text from items
       where source = ? and session is ? and number > ? order by number limit ?`,
  )
  const drop = db.prepare('delete from words where rowid = ?')
  const add = db.prepare('insert into words (rowid, turn, around, about) values (?, ?, ?, ?)')
  const direct = db.prepare(
    'insert into vectors (number, vector) values (?, ?) on conflict (number) do update set vector = excluded.vector',
  )
  // What stands around it is another now.
  const outdated = db.prepare('delete from embeddings where number = ?')
  const mark = db.prepare('update items set indexed = 1, length = ? where number = ?')
  let done = 0
  while (true) {
    const waiting = next.all(BATCH)
    if (waiting.length === 0) return
    db.transaction(() => {
      for (const { source, session, numbers } of stretches(waiting)) {
        const [first, last] = [numbers[0]!, numbers.at(-1)!]
        const rows = [
          ...before.all(source, session, first, REACH).reverse(),
          ...stretch.all(source, session, first, last),
          ...after.all(source, session, last, REACH),
        ]
        const terms = rows.map(({ text }) => termsOf(text))
        const wanted = new Set(numbers)
        for (const [i, { number, author, ts }] of rows.entries()) {
          if (!wanted.has(number)) continue
          const turn = terms[i]!
          const around = [...terms.slice(Math.max(0, i - REACH), i), ...terms.slice(i + 1, i + 1 + REACH)].flat()
          drop.run(number)
          add.run(number, turn.join(' '), around.join(' '), termsOf(`${author ?? ''} ${dateWords(ts)}`).join(' '))
          direct.run(
            number,
            Buffer.from(embeddingAmid(terms.slice(Math.max(0, i - REACH), i + 1 + REACH), Math.min(i, REACH)).buffer),
          )
          if (state === 'waiting') outdated.run(number)
          mark.run(turn.length, number)
        }
      }
      touch(db)
    })()
    onProgress((done += waiting.length))
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** Runs of one conversation. */
function stretches(waiting: readonly Waiting[]): { source: number; session: string | null; numbers: number[] }[] {
  const found: { source: number; session: string | null; numbers: number[] }[] = []
  for (const { number, source, session } of waiting) {
    const last = found.at(-1)
    if (last && last.source === source && last.session === session) last.numbers.push(number)
    else found.push({ source, session, numbers: [number] })
  }
  return found
}
