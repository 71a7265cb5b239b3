import type { Reply } from '../../../../common/model/style.ts'
import { detect } from '../../curation/personal/detect.ts'
import { People } from '../../curation/personal/people.ts'
import type { MemoryItem } from '../../../../common/model/memory.ts'
import { neighbours } from './items.ts'
import type { MemoryDb } from './open.ts'

/** Messages before a reply that it may be a reply to. */
const REACH = 4
const LONGEST = { reply: 1500, before: 600 }
const LINK = /^https?:\/\/\S/
/** Where a number without a country's code is from matters little: a message is left out for any. */
const PATTERNS = { country: 'US', people: new People([]) } as const
const MINE = 'author in (select author from participants where me = 1)'

const isLinksAlone = (text: string): boolean => text.split(/\s+/).every((word) => LINK.test(word))

/**
 * What "me" answered others, the latest first: a message whose neighbour before it is somebody else's, with those of
 * one's own that follow it at once. Left out are links alone and whatever holds an address, a number, a key or the
 * like.
 */
export function replies(db: MemoryDb, before: number | null, limit: number): { replies: Reply[]; next: number | null } {
  const rows = db
    .prepare<unknown[], MemoryItem>(
      `select number, id, source, ts, author, text, session from items
         where (? is null or number < ?) and session is not null and ${MINE} order by number desc limit ?`,
    )
    .all(before, before, limit)
  const around = neighbours(db)
  const me = new Set(db.prepare<[], string>('select author from participants where me = 1').pluck().all())
  const isMine = ({ author }: MemoryItem): boolean => author !== null && me.has(author)
  const found = rows.flatMap((item): Reply[] => {
    const window = around(item, REACH)
    const at = window.findIndex(({ number }) => number === item.number)
    const [earlier, later] = [window.slice(0, at), window.slice(at)]
    if (earlier.length === 0 || isMine(earlier.at(-1)!)) return []
    const end = later.findIndex((other) => !isMine(other))
    const text = later
      .slice(0, end < 0 ? undefined : end)
      .map((one) => one.text.trim())
      .join('\n')
    if (text === '' || text.length > LONGEST.reply || isLinksAlone(text)) return []
    const said = earlier.map((other) => ({ mine: isMine(other), text: other.text.slice(0, LONGEST.before) }))
    return [text, ...said.map((other) => other.text)].some((words) => detect(words, PATTERNS).length > 0)
      ? []
      : [{ number: item.number, before: said, text }]
  })
  return { replies: found, next: rows.length < limit ? null : rows.at(-1)!.number }
}

export const othersWrote = (db: MemoryDb, limit: number): string[] =>
  db
    .prepare<[number], string>(
      `select text from items where author is not null and not ${MINE} order by number desc limit ?`,
    )
    .pluck()
    .all(limit)
