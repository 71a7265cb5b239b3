import type { Biography } from '../../../../common/model/memory.ts'
import type { MemoryDb } from './open.ts'

/** What somebody's life was, in their words. */
export function biography(db: MemoryDb): Biography {
  const row = db.prepare<[], { text: string; outdated: number }>('select text, outdated from biography').get()
  return { text: row?.text ?? '', outdated: row?.outdated === 1 }
}

/** @param text nothing deletes it */
export function setBiography(db: MemoryDb, text: string): Biography {
  db.transaction(() => {
    db.prepare('delete from biography').run()
    if (text !== '') db.prepare('insert into biography (text, outdated) values (?, 0)').run(text)
  }).immediate()
  return biography(db)
}

/** The kept facts in the order in which they began to hold, a line a year; those of no known time first. */
export function draftBiography(db: MemoryDb, longest: number): string {
  const years = new Map<number | null, string[]>()
  for (const { text, from } of db
    .prepare<[], { text: string; from: number | null }>(
      `select text, "from" from facts where state = 'kept' order by "from" nulls first, id`,
    )
    .all()) {
    const year = from === null ? null : new Date(from).getUTCFullYear()
    years.set(year, [...(years.get(year) ?? []), /[\p{L}\p{N}]$/u.test(text) ? `${text}.` : text])
  }
  const lines = [...years].map(([year, texts]) => `${year === null ? '' : `${year}: `}${texts.join(' ')}`)
  // Whole lines alone: a sentence that is cut says something else.
  let room = longest
  return lines.filter((line) => (room -= line.length + 1) >= 0).join('\n')
}

/** Facts that it may have been written of are gone. */
export const outdateBiography = (db: MemoryDb): void => void db.prepare('update biography set outdated = 1').run()
