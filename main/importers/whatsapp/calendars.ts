const DAY = 86_400_000
const MEAN_YEAR = { persian: 365.2422, 'islamic-umalqura': 354.367 } as const
/** The first day of the year 1400 of each. */
const YEAR_1400 = { persian: Date.UTC(2021, 2, 21), 'islamic-umalqura': Date.UTC(1979, 10, 20) } as const
type Calendar = keyof typeof MEAN_YEAR

const formats = new Map<Calendar, Intl.DateTimeFormat>()
function formatOf(calendar: Calendar): Intl.DateTimeFormat {
  const format =
    formats.get(calendar) ??
    new Intl.DateTimeFormat(`en-u-ca-${calendar}`, {
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      timeZone: 'UTC',
    })
  formats.set(calendar, format)
  return format
}

/** Found by looking around where the day must be: no more than its calendar's own arithmetic is off. */
function dayIn(calendar: Calendar, year: number, month: number, day: number): number | null {
  const year0 = YEAR_1400[calendar] + Math.round((year - 1400) * MEAN_YEAR[calendar]) * DAY
  const about = year0 + Math.round(((month - 1) * MEAN_YEAR[calendar]) / 12 + day - 1) * DAY
  for (let off = 0; off <= 5; off++)
    for (const time of [about - off * DAY, about + off * DAY]) {
      const parts = new Map(
        formatOf(calendar)
          .formatToParts(time)
          .map(({ type, value }) => [type, Number.parseInt(value)]),
      )
      if (parts.get('year') === year && parts.get('month') === month && parts.get('day') === day) return time
    }
  return null
}

/**
 * Midnight UTC of a day, by the calendar that its year tells: phones set to Persian, Arabic or Thai count the years in
 * ways of their own, which in the years of WhatsApp do not overlap. Null where there is no such day, or it is to come.
 */
export function dayOfYear(written: number, month: number, day: number, now = Date.now()): number | null {
  if (month < 1 || month > 12 || day < 1 || day > 31) return null
  if (written >= 1385 && written < 1425) return dayIn('persian', written, month, day)
  if (written >= 1430 && written < 1480) return dayIn('islamic-umalqura', written, month, day)
  // Two digits of a Buddhist year are 52 or more in WhatsApp’s time, those of ours fewer.
  const full = written < 52 ? 2000 + written : written < 100 ? 1957 + written : written
  const year = full >= 2552 && full < 2650 ? full - 543 : full
  const time = Date.UTC(year, month - 1, day)
  if (year < 2009 || time > now + 2 * DAY || new Date(time).getUTCDate() !== day) return null
  return time
}
