import * as z from 'zod'

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

/** When work may run: an hour of the week each, Monday first, by the clock on the wall. */
export const Schedule = z.strictObject({
  /** "1" where work may run. */
  hours: z.array(z.string().regex(/^[01]{24}$/)).length(7),
  /** An IANA name; null follows the system. */
  timeZone: z.string().max(60).refine(isTimeZone, 'is no time zone').nullable(),
})
export type Schedule = z.infer<typeof Schedule>

const MINUTE = 60_000
const WEEK_HOURS = 7 * 24
const days = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
const formats = new Map<string | null, Intl.DateTimeFormat>()

/** What the clock on the wall shows. `day` counts from Monday. */
export function wallClock(time: number, timeZone: string | null): { day: number; hour: number; minute: number } {
  let format = formats.get(timeZone)
  if (!format)
    formats.set(
      timeZone,
      (format = new Intl.DateTimeFormat('en-US', {
        weekday: 'short',
        hour: '2-digit',
        minute: '2-digit',
        hourCycle: 'h23',
        ...(timeZone === null ? {} : { timeZone }),
      })),
    )
  const parts = Object.fromEntries(format.formatToParts(time).map(({ type, value }) => [type, value]))
  return { day: days.indexOf(parts['weekday']!), hour: Number(parts['hour']), minute: Number(parts['minute']) }
}

/**
 * Whether work may run at a time in milliseconds since 1970. An hour that the clock shows twice follows its one cell.
 */
export function isOpen({ hours, timeZone }: Schedule, time: number): boolean {
  const { day, hour } = wallClock(time, timeZone)
  return hours[day]![hour] === '1'
}

/** When `isOpen` next answers otherwise, in milliseconds since 1970; null where it never does. */
export function nextChange(schedule: Schedule, time: number): number | null {
  const open = isOpen(schedule, time)
  let at = Math.floor(time / MINUTE) * MINUTE
  // An hour of the wall ends where its minutes do; zones are moved at such an end, or in the middle of one by half an
  // hour.
  for (let i = 0; i <= 2 * (WEEK_HOURS + 2); i++) {
    const { minute } = wallClock(at, schedule.timeZone)
    at += (minute < 30 ? 30 - minute : 60 - minute) * MINUTE
    if (isOpen(schedule, at) !== open) return at
  }
  return null
}

export const isNeverOpen = ({ hours }: Schedule): boolean => hours.every((day) => !day.includes('1'))
