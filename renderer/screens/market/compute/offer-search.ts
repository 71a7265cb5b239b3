import * as z from 'zod'
import type { Offer } from '../../../../common/model/market.ts'
import { optionalCoins, optionalNumber } from '../../../forms/fields.ts'
import { byMeasure, documentOf, hourPrice, measureNames, measures, type MeasureName } from './offer-measures.ts'

export const histories = ['any', 'new', 'proven'] as const

/** What is looked for, as it is typed, and how it is sorted. */
export interface OfferSearch {
  readonly words: string
  readonly memory: string
  readonly hour: string
  readonly card: boolean
  readonly favourites: boolean
  readonly history: (typeof histories)[number]
  readonly sort: MeasureName
  readonly descending: boolean
}
export const wholeList: OfferSearch = {
  words: '',
  memory: '',
  hour: '',
  card: false,
  favourites: false,
  history: 'any',
  sort: 'hour',
  descending: false,
}

const History = z.enum(histories).catch('any')
const Sort = z.enum(measureNames).catch('hour')

/** From the address of the page. What it does not say, or says in words of another version, is as in the whole list. */
export function readSearch(params: URLSearchParams): OfferSearch {
  const sort = params.get('sort') ?? ''
  return {
    words: params.get('words') ?? '',
    memory: params.get('memory') ?? '',
    hour: params.get('hour') ?? '',
    card: params.has('card'),
    favourites: params.has('favourites'),
    history: History.parse(params.get('history')),
    sort: Sort.parse(sort.replace(/^-/, '')),
    descending: sort.startsWith('-'),
  }
}

export function writeSearch({ sort, descending, ...filter }: OfferSearch): URLSearchParams {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(filter))
    if (value !== wholeList[name as keyof OfferSearch]) params.set(name, String(value))
  if (sort !== wholeList.sort || descending) params.set('sort', `${descending ? '-' : ''}${sort}`)
  return params
}

/** A column sorts by what is better first, and the other way round when it is asked again. */
export function sortedBy(search: OfferSearch, name: MeasureName): OfferSearch {
  const descending = search.sort === name ? !search.descending : measures[name].better === 'more'
  return { ...search, sort: name, descending }
}

const GB = 1e9
/** What the fields for numbers mean; empty is no limit. */
export const limits = {
  memory: optionalNumber(
    z
      .number()
      .nonnegative()
      .max(1e6 * GB),
    GB,
  ),
  hour: optionalCoins,
}

/** What of the offers is looked for. A machine that does not tell something passes no filter for it. */
export function found(
  offers: readonly Offer[],
  search: OfferSearch,
  { memory, hour }: { readonly memory: number | null; readonly hour: bigint | null },
  favourites: ReadonlySet<string>,
): Offer[] {
  const words = search.words.toLowerCase().split(/\s+/).filter(Boolean)
  return offers
    .filter((offer) => {
      const { machine } = offer
      const report = documentOf(offer)?.report
      const text =
        `${report?.processor ?? ''} ${report?.graphics.map(({ name }) => name).join(' ') ?? ''}`.toLowerCase()
      return (
        words.every((word) => text.includes(word)) &&
        (memory === null || (report !== undefined && report.memoryBytes >= memory)) &&
        (hour === null || hourPrice(offer) <= hour) &&
        (!search.card || (report !== undefined && report.graphics.length > 0)) &&
        (!search.favourites || favourites.has(machine.peer)) &&
        (search.history === 'any' ||
          (search.history === 'new' ? machine.done + machine.failed === 0 : machine.done > 0))
      )
    })
    .toSorted(byMeasure(search.sort, search.descending))
}
