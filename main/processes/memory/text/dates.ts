const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
]
const DAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']

/** Words that somebody may use for a time: 2023-05-08 is also May, 2023 and Monday. */
export function dateWords(ts: number | null): string {
  if (ts === null) return ''
  const date = new Date(ts)
  return [date.getUTCFullYear(), MONTHS[date.getUTCMonth()], DAYS[date.getUTCDay()]].join(' ')
}

export interface TimeSpan {
  readonly from: number
  /** Not included. */
  readonly to: number
}

const month = `(?<month>${MONTHS.map((name) => `${name.slice(0, 3)}(?:${name.slice(3)})?`).join('|')})\\.?`
const forms = [
  new RegExp(`\\b(?<day>\\d{1,2})(?:st|nd|rd|th)?(?: of)? ${month}(?:,? (?<year>(?:19|20)\\d\\d))?\\b`, 'i'),
  new RegExp(`\\b${month} (?<day>\\d{1,2})(?:st|nd|rd|th)?\\b(?:,? (?<year>(?:19|20)\\d\\d))?`, 'i'),
  new RegExp(`\\b${month}(?: of)?,? (?<year>(?:19|20)\\d\\d)\\b`, 'i'),
  /\b(?<year>(?:19|20)\d\d)-(?<number>\d\d)(?:-(?<day>\d\d))?\b/,
  /\b(?:in|of|during|since|year) (?<year>(?:19|20)\d\d)\b/i,
]

/**
 * The time that a query names, where it names one with its year. Days are taken in UTC; a search gives or takes one.
 */
export function spanOf(query: string): TimeSpan | null {
  for (const form of forms) {
    const parts = form.exec(query)?.groups
    if (!parts?.year) continue
    const year = Number(parts.year)
    const named = parts.month
      ? MONTHS.findIndex((name) => name.startsWith(parts.month!.slice(0, 3).toLowerCase()))
      : parts.number
        ? Number(parts.number) - 1
        : null
    if (named === null) return { from: Date.UTC(year, 0, 1), to: Date.UTC(year + 1, 0, 1) }
    if (!parts.day) return { from: Date.UTC(year, named, 1), to: Date.UTC(year, named + 1, 1) }
    return { from: Date.UTC(year, named, Number(parts.day)), to: Date.UTC(year, named, Number(parts.day) + 1) }
  }
  return null
}
