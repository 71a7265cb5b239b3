import * as z from 'zod'
import { HearthError } from '../../errors/index.ts'
import type { FeedEntry } from './tariff.ts'

const MOST = 3_000
const Row = z.object({
  start: z.iso.datetime({ offset: true }),
  end: z.iso.datetime({ offset: true }).nullish(),
  price: z.number().min(-100).max(100),
})

/**
 * Reads a feed of prices for a kilowatt-hour: JSON as [{"start", "end"?, "price"}], or CSV with the same columns; times
 * are ISO 8601 with their offset. A price without an end holds until the next begins, the last one as long as the one
 * before.
 * @throws HearthError BAD_INPUT with the row that is wrong; the tariff is then as before
 */
export function readFeed(text: string): FeedEntry[] {
  const rows = text.trimStart().startsWith('[') ? fromJson(text) : fromCsv(text)
  if (rows.length === 0) throw wrong('the feed holds no prices')
  if (rows.length > MOST) throw wrong(`the feed holds ${rows.length} prices; at most ${MOST} are kept`)
  const starts = rows.map(({ start }, i) => {
    const time = Date.parse(start)
    if (i > 0 && time <= Date.parse(rows[i - 1]!.start))
      throw wrong(`row ${i + 1} begins at ${start}, not after the row before`)
    return time
  })
  return rows.map(({ end, price }, i) => {
    const from = starts[i]!
    const next = starts[i + 1]
    const to = end ? Date.parse(end) : (next ?? from + (i > 0 ? from - starts[i - 1]! : 3_600_000))
    if (to <= from) throw wrong(`row ${i + 1} ends before it begins`)
    if (next !== undefined && to > next) throw wrong(`row ${i + 1} ends after the next begins`)
    return { from, to, price: Math.round(price * 1e6) }
  })
}

const wrong = (why: string): HearthError => new HearthError('BAD_INPUT', `${why}; the tariff is as before`)

function fromJson(text: string): z.infer<typeof Row>[] {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch (error) {
    throw new HearthError('BAD_INPUT', 'the feed is no JSON; the tariff is as before', {}, { cause: error })
  }
  return (Array.isArray(parsed) ? parsed : []).map((row, i) => checked(row, i))
}

function fromCsv(text: string): z.infer<typeof Row>[] {
  const [head = '', ...lines] = text.trim().split(/\r?\n/)
  const columns = head.split(',').map((name) => name.trim().toLowerCase())
  if (!columns.includes('start') || !columns.includes('price'))
    throw wrong('the first line must name the columns start and price')
  return lines.map((line, i) => {
    const cells = line.split(',').map((cell) => cell.trim())
    const cell = (name: string) => cells[columns.indexOf(name)]
    return checked(
      { start: cell('start'), end: cell('end') || null, price: cell('price') === '' ? NaN : Number(cell('price')) },
      i,
    )
  })
}

function checked(row: unknown, i: number): z.infer<typeof Row> {
  const found = Row.safeParse(row)
  if (!found.success)
    throw wrong(`row ${i + 1}: ${found.error.issues[0]!.path.join('.')} ${found.error.issues[0]!.message}`)
  return found.data
}
