/** Whether a time zone is known by this name, such as Europe/Vienna. */
export function isTimeZone(name: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }))
  } catch {
    return false
  }
}

/** The zone that this machine's clock is set to. */
export const ownTimeZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone

const DAY = 86_400_000
const QUARTER = 900_000
const MOST_KNOWN = 20_000

/**
 * Tells the instant that a clock on the wall of a zone shows. An hour that comes twice is its first, and one that is
 * left out is as much later: what `Temporal` calls compatible. @param zone see isTimeZone
 */
export function clockOf(zone: string): (wall: number) => number {
  const format = new Intl.DateTimeFormat('en-u-ca-gregory', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
    era: 'short',
  })
  /** Zones change at quarters of an hour; a chat has many messages in each. */
  const known = new Map<number, number>()
  const offsetAt = (instant: number): number => {
    const quarter = Math.floor(instant / QUARTER)
    const offset = known.get(quarter) ?? measured(instant)
    if (known.size >= MOST_KNOWN) known.clear()
    // Before 1972 zones were ahead by odd seconds.
    if (instant > 2 * 365 * DAY) known.set(quarter, offset)
    return offset
  }
  const measured = (instant: number): number => {
    const part = new Map(format.formatToParts(instant).map(({ type, value }) => [type, value]))
    const number = (type: Intl.DateTimeFormatPartTypes): number => Number(part.get(type))
    const year = part.get('era') === 'BC' ? 1 - number('year') : number('year')
    const shown = new Date(Date.UTC(2000, number('month') - 1, number('day'), number('hour'), number('minute')))
    shown.setUTCFullYear(year, number('month') - 1, number('day'))
    return shown.getTime() + number('second') * 1000 - Math.floor(instant / 1000) * 1000
  }
  return (wall) => {
    const [before, after] = [offsetAt(wall - DAY), offsetAt(wall + DAY)]
    const fits = [before, after]
      .map((offset) => wall - offset)
      .filter((instant) => offsetAt(instant) === wall - instant)
    return fits.length > 0 ? Math.min(...fits) : wall - before
  }
}
