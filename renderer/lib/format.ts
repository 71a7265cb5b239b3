import { COIN_SYMBOL, formatCoins } from '../../common/model/money.ts'

/** A thin space stands between a number and its unit. */
const THIN = '\u2009'

/** Coins for reading: at most `places` decimals, cut and never rounded up; the exact amount goes into the title. */
export function shortCoins(units: bigint, places = 4): string {
  const [whole = '0', fraction = ''] = formatCoins(units).split('.')
  const cut = fraction.slice(0, places).replace(/0+$/, '')
  const tooSmall = units > 0n && whole === '0' && cut === ''
  return `${tooSmall ? `<0.${'0'.repeat(places - 1)}1` : group(whole) + (cut && `.${cut}`)}${THIN}${COIN_SYMBOL}`
}

const group = (digits: string): string => digits.replace(/\B(?=(\d{3})+$)/g, ',')

const steps = ['', 'k', 'M', 'G', 'T', 'P']

/** A rate such as 690 GOP/s. */
export function rate(value: number, unit: string): string {
  const step = value > 0 ? Math.min(steps.length - 1, Math.max(0, Math.floor(Math.log10(value) / 3))) : 0
  const scaled = value / 1000 ** step
  return `${scaled >= 100 ? scaled.toFixed(0) : scaled.toPrecision(3)}${THIN}${steps[step]}${unit}`
}

export const bytes = (value: number): string => rate(value, 'B')

/** 0x7a3f…c91e: the whole is one click away. */
export const shortHash = (hash: string): string => (hash.length > 14 ? `${hash.slice(0, 6)}…${hash.slice(-4)}` : hash)

export function duration(seconds: number, language: string): string {
  const [value, unit]: readonly [number, string] =
    seconds < 120
      ? [seconds, 'second']
      : seconds < 7200
        ? [Math.round(seconds / 60), 'minute']
        : [Math.round(seconds / 3600), 'hour']
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'short' }).format(value)
}

/** Milliseconds or seconds, at two digits. */
export function wait(milliseconds: number, language: string): string {
  const [value, unit] = milliseconds < 1000 ? [milliseconds, 'millisecond'] : [milliseconds / 1000, 'second']
  const style = { style: 'unit', unit, unitDisplay: 'short', maximumSignificantDigits: 2 } as const
  return new Intl.NumberFormat(language, style).format(value)
}

export const dateTime = (milliseconds: number, language: string): string =>
  new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }).format(milliseconds)
export const dateOnly = (milliseconds: number, language: string): string =>
  new Intl.DateTimeFormat(language, { dateStyle: 'medium' }).format(milliseconds)
export const percent = (share: number, language: string): string =>
  new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 }).format(share)

/** Points of a score; more digits would claim more than was measured, and what a stranger claims may be endless. */
export const points = (value: number, language: string): string =>
  new Intl.NumberFormat(language, {
    maximumSignificantDigits: 3,
    notation: value < 1e6 ? 'standard' : 'compact',
  }).format(value)

/** Billionths of a currency; small amounts keep as many places as it takes to see them. */
export function money(nanos: bigint, currency: string, language: string): string {
  const value = Number(nanos) / 1e9
  const places = value === 0 ? 2 : Math.min(6, Math.max(2, 1 - Math.floor(Math.log10(Math.abs(value)))))
  return new Intl.NumberFormat(language, {
    style: 'currency',
    currency,
    minimumFractionDigits: 2,
    maximumFractionDigits: places,
  }).format(value)
}

/** Short names of the days, Monday first; 2024 began with one. */
export const weekdays = (language: string): readonly string[] =>
  Array.from({ length: 7 }, (_, day) =>
    new Intl.DateTimeFormat(language, { weekday: 'short', timeZone: 'UTC' }).format(Date.UTC(2024, 0, 1 + day)),
  )

/** Until six in the morning of tomorrow, by this machine's clock. */
export function minutesUntilTomorrow(now = new Date()): number {
  const morning = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1, 6)
  return Math.ceil((morning.getTime() - now.getTime()) / 60_000)
}

/** 0 to 1; 0 while nobody knows how much there is. */
export const shareOf = (done: number, of: number | null): number => (of ? done / of : 0)
