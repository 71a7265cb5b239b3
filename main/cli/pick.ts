import { HearthError } from '../../common/errors/index.ts'

const MOST_CANDIDATES = 10

/**
 * The one item that somebody means, by an id, a name, or the beginning of either that no other has.
 * @param what what the items are, as in "there is no model called …"
 * @param namesOf the id and the names of an item
 * @throws HearthError NOT_FOUND, or BAD_INPUT with the candidates where several are meant
 */
export function pick<T>(
  what: string,
  items: readonly T[],
  wanted: string,
  namesOf: (item: T) => readonly (string | number)[],
): T {
  const text = wanted.trim().toLowerCase()
  const meant = (matches: (name: string) => boolean): T[] =>
    items.filter((item) => namesOf(item).some((name) => matches(String(name).toLowerCase())))
  const inWords = (some: readonly T[]): string =>
    some
      .slice(0, MOST_CANDIDATES)
      .map((item) => [...new Set(namesOf(item))].join(' '))
      .join(', ') + (some.length > MOST_CANDIDATES ? ` and ${some.length - MOST_CANDIDATES} more` : '')
  const exact = meant((name) => name === text)
  const found = exact.length > 0 || text === '' ? exact : meant((name) => name.startsWith(text))
  const [only, other] = found
  if (only !== undefined && other === undefined) return only
  if (only !== undefined)
    throw new HearthError(
      'BAD_INPUT',
      `several ${what}s are called ${wanted}: ${inWords(found)}. Give more of the name`,
    )
  throw new HearthError(
    'NOT_FOUND',
    `there is no ${what} called ${wanted}; ${items.length > 0 ? `there are ${inWords(items)}` : 'there are none'}`,
  )
}
