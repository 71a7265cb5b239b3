import { dateOrders, type DateOrder } from '../../../common/model/data-names.ts'
import { HearthError } from '../../../common/errors/index.ts'
import { dayOfYear } from './calendars.ts'
import type { Header } from './header.ts'

export function dayOf({ parts: [a, b, c] }: Pick<Header, 'parts'>, order: DateOrder): number | null {
  const [year, month, day] = order === 'ymd' ? [a, b, c] : order === 'dmy' ? [c, b, a] : [c, a, b]
  return dayOfYear(year, month, day)
}

interface Possible {
  last: number
  backwards: number
}

/** Tells the order of day and month over a whole file, never by a single line. */
export class OrderGuess {
  readonly #possible = new Map<DateOrder, Possible>(
    dateOrders.map((order) => [order, { last: -Infinity, backwards: 0 }]),
  )
  #yearFirst = false
  /** Whether day/month and month/day have been two different days. */
  #differ = false

  see(header: Header): void {
    this.#yearFirst ||= header.yearFirst
    this.#differ ||= header.parts[0] !== header.parts[1]
    for (const [order, state] of this.#possible) {
      const day = header.yearFirst && order !== 'ymd' ? null : dayOf(header, order)
      if (day === null) {
        this.#possible.delete(order)
        continue
      }
      // Exports are in the order of time: an order under which time runs backwards is not theirs.
      if (day + header.seconds * 1000 < state.last - 86_400_000) state.backwards++
      state.last = Math.max(state.last, day + header.seconds * 1000)
    }
  }

  /** @throws HearthError AMBIGUOUS_DATES where both fit: it is asked, never guessed */
  decide(file: string): DateOrder {
    // Few languages begin with two digits of a year: only where no other order fits.
    if (!this.#yearFirst && this.#possible.size > 1) this.#possible.delete('ymd')
    const [first, second] = [...this.#possible].sort((a, b) => a[1].backwards - b[1].backwards)
    if (!first)
      throw new HearthError('DATASET_BROKEN', `${file}: its dates fit no order of day, month and year`, { file })
    if (second && this.#differ && second[1].backwards === first[1].backwards)
      throw new HearthError(
        'AMBIGUOUS_DATES',
        `${file}: its dates can be read as day/month and as month/day; say which`,
        { file },
      )
    return first[0]
  }
}
