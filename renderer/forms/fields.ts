import * as z from 'zod'
import type en from '../../resources/locales/en.json'
import { Passphrase } from '../../common/children/vault.ts'
import { parseCoins } from '../../common/model/money.ts'
import { recipientProblem } from '../../common/model/recipient.ts'
import { shortCoins } from '../lib/format.ts'

/** Why a field is refused: a key of the locales' forms, and what its words name. */
export interface FieldWords {
  readonly words: keyof (typeof en)['forms']
  readonly low?: number | string | undefined
  readonly high?: number | string | undefined
}

/** A field whose text becomes something else. @param read gives the words where it cannot be read */
function typed<T>(read: (text: string) => { readonly value: T } | FieldWords): z.ZodType<T, string> {
  return z.string().transform((text, context) => {
    const found = read(text.trim())
    if ('value' in found) return found.value
    context.addIssue({ code: 'custom', params: { ...found } })
    return z.NEVER
  })
}

/** A comma before three digits stands for thousands in some places and before decimals in others. */
const TWO_WAYS = /^[1-9]\d{0,2},\d{3}$/

/** With a point for either decimal sign; where it could be meant in two ways, the person is asked which. */
function withPoint(text: string): string | FieldWords {
  if (!TWO_WAYS.test(text)) return text.replace(',', '.')
  return { words: 'comma', low: text.replace(',', ''), high: text.replace(',', '.').replace(/\.?0+$/, '') }
}

function readNumber(of: z.ZodNumber, unit: number) {
  const inUnit = (bound: number | null): number | undefined => (bound === null ? undefined : bound / unit)
  const whole = of.isInt && unit === 1
  return (text: string): { readonly value: number } | FieldWords => {
    const pointed = withPoint(text)
    if (typeof pointed !== 'string') return pointed
    const given = pointed === '' ? Number.NaN : Number(pointed)
    // Division keeps 57 % at 0.57, which a product with 0.01 does not.
    const scaled = unit < 1 ? given / Math.round(1 / unit) : given * unit
    const value = of.isInt && !whole ? Math.round(scaled) : scaled
    if (of.safeParse(value).success) return { value }
    return { words: whole ? 'whole' : 'number', low: inUnit(of.minValue), high: inUnit(of.maxValue) }
  }
}

/**
 * A number as it is typed, within the bounds of a schema.
 * @param unit how much of the schema's unit is one of the field's
 */
export const number = (of: z.ZodNumber, unit = 1): z.ZodType<number, string> => typed(readNumber(of, unit))

/** Like `number`, where an empty field is null. */
export function optionalNumber(of: z.ZodNumber, unit = 1): z.ZodType<number | null, string> {
  const read = readNumber(of, unit)
  return typed<number | null>((text) => (text === '' ? { value: null } : read(text)))
}

/** What `optionalNumber` reads back. */
export const numberText = (value: number | null, unit = 1): string =>
  value === null ? '' : String(Number((value / unit).toPrecision(12)))

/** How much it may be at most, and why: what is there, or what a contract can count. */
export interface Most {
  readonly units: bigint
  readonly words: 'balance' | 'tooMuch'
}

/** What the contracts can count as a price: 96 bits of units. */
export const MOST_PRICE: Most = { units: 2n ** 96n - 1n, words: 'tooMuch' }

const readCoins =
  (least: 0n | 1n, most: Most | null) =>
  (text: string): { readonly value: bigint } | FieldWords => {
    if (text === '') return { words: 'needed' }
    if (/^[-\u2212]/.test(text)) return { words: least > 0n ? 'positive' : 'negative' }
    const pointed = withPoint(text)
    if (typeof pointed !== 'string') return pointed
    let value
    try {
      value = parseCoins(pointed)
    } catch {
      return { words: 'amount' }
    }
    if (value < least) return { words: 'positive' }
    if (most && value > most.units) return { words: most.words, high: shortCoins(most.units) }
    return { value }
  }

/** An amount of coins, in units. @param most null where nothing limits it, or the balance is not known yet */
export const coins = (least: 0n | 1n, most: Most | null = MOST_PRICE): z.ZodType<bigint, string> =>
  typed(readCoins(least, most))

/** An amount of any size; an empty field is null. */
export const optionalCoins: z.ZodType<bigint | null, string> = typed<bigint | null>((text) =>
  text === '' ? { value: null } : readCoins(0n, null)(text),
)

/** The address that coins are sent to. */
export const recipient: z.ZodType<string, string> = typed((text) => {
  const problem = text === '' ? 'needed' : recipientProblem(text)
  return problem ? { words: problem } : { value: text }
})

/** Text that may not be left out, without the space around it. */
export const text = (most: number): z.ZodString => z.string().trim().min(1).max(most)

/** Text without the space around it; null where it is left out. */
export const optionalText = (most: number): z.ZodType<string | null, string> =>
  z
    .string()
    .trim()
    .max(most)
    .transform((given) => given || null)

/** One item a line; empty lines are none. @param words for a line that is none */
export const lines = (
  of: z.ZodType<string, string>,
  most: number,
  words: FieldWords['words'],
): z.ZodType<string[], string> =>
  typed((text) => {
    const items = text.split('\n').flatMap((line) => line.trim() || [])
    return items.length <= most && items.every((item) => of.safeParse(item).success) ? { value: items } : { words }
  })

/** Words that a pattern holds for. */
export const pattern = (of: RegExp, words: FieldWords['words']): z.ZodType<string, string> =>
  z
    .string()
    .trim()
    .refine((given) => of.test(given), { params: { words } })

/** Files that were chosen. @param least how many are needed */
export const files = (least: 0 | 1): z.ZodType<File[], FileList | null> =>
  z
    .custom<FileList | null>()
    .refine((list) => (list?.length ?? 0) >= least, { params: { words: 'file' } })
    .transform((list) => [...(list ?? [])])

/** A passphrase that is chosen, typed twice because nobody can look it up. */
export const newPassphrase = z
  .object({ passphrase: Passphrase, again: z.string() })
  .refine(({ passphrase, again }) => passphrase === again, {
    path: ['again'],
    params: { words: 'again' },
    when: () => true,
  })
