import { describe, expect, test } from 'vitest'
import { isNeverOpen, isOpen, nextChange, Schedule, wallClock } from './schedule.ts'

const MINUTE = 60_000
const closed = Array.from({ length: 7 }, () => '0'.repeat(24))
const open = (day: number, hour: number): string[] =>
  closed.map((row, i) => (i === day ? `${row.slice(0, hour)}1${row.slice(hour + 1)}` : row))
/** A grid without an order that a mistake could follow. */
const random = (seed: number): string[] =>
  closed.map((_, day) =>
    Array.from({ length: 24 }, (__, hour) => String(((day * 24 + hour + seed) * 2_654_435_761) >>> 31)).join(''),
  )
const zones = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Auckland',
]

describe('a schedule', () => {
  test.each(zones)(
    'answers by the clock on the wall in %s, across both changes of its time, and foretells each change to the minute',
    (timeZone) => {
      for (const [i, month] of [2, 3, 8, 9, 10].entries()) {
        const schedule = { hours: random(i), timeZone }
        let next: number | null = 0
        // Five weeks around each change of the year; no zone is moved by less than a quarter of an hour.
        for (
          let time = Date.UTC(2026, month, 1), last: boolean | null = null;
          time < Date.UTC(2026, month, 36);
          time += 15 * MINUTE
        ) {
          const { day, hour } = wallClock(time, timeZone)
          const expected = schedule.hours[day]![hour] === '1'
          expect(isOpen(schedule, time)).toBe(expected)
          if (last !== null && expected !== last) expect(next).toBe(time)
          if (last === null || expected !== last) next = nextChange(schedule, time)
          last = expected
        }
      }
    },
  )

  test('knows the hour that comes twice and the one that never comes in Berlin', () => {
    const schedule = { hours: open(6, 2), timeZone: 'Europe/Berlin' }
    const openMinutes = (from: number): number =>
      Array.from({ length: 24 * 60 }, (_, i) => isOpen(schedule, from + i * MINUTE)).filter(Boolean).length
    expect(openMinutes(Date.UTC(2026, 9, 24, 22))).toBe(120)
    expect(openMinutes(Date.UTC(2026, 2, 28, 23))).toBe(0)
    expect(openMinutes(Date.UTC(2026, 5, 20, 22))).toBe(60)
  })

  test('that never opens says so, and has no next change', () => {
    expect(isNeverOpen({ hours: closed, timeZone: null })).toBe(true)
    expect(nextChange({ hours: closed, timeZone: 'UTC' }, 0)).toBeNull()
    expect(nextChange({ hours: closed.map(() => '1'.repeat(24)), timeZone: 'UTC' }, 0)).toBeNull()
  })

  test('is refused with an unknown time zone or a day of 23 hours', () => {
    expect(Schedule.safeParse({ hours: closed, timeZone: 'Mars/Olympus' }).success).toBe(false)
    expect(Schedule.safeParse({ hours: [...closed.slice(1), '1'.repeat(23)], timeZone: null }).success).toBe(false)
  })
})
