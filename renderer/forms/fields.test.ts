import { expect, test } from 'vitest'
import * as z from 'zod'
import { coins, newPassphrase, number, numberText, optionalNumber, optionalText } from './fields.ts'

/** What is read, or what the words for the refusal are made of. */
const read = <T>(field: z.ZodType<T, string>, text: string): unknown => {
  const found = field.safeParse(text)
  return found.success ? found.data : (found.error.issues[0] as { readonly params?: unknown }).params
}

test('a number is read with a point or a comma, and refused with its bounds', () => {
  const field = number(z.number().min(0.5).max(2))
  expect(read(field, ' 0.75 ')).toBe(0.75)
  expect(read(field, '0,75')).toBe(0.75)
  for (const text of ['', 'many', '3', '1e9', '0x1f', 'Infinity'])
    expect(read(field, text)).toEqual({ words: 'number', low: 0.5, high: 2 })
})

test('a whole number is whole in the schema’s own unit, and rounded in another', () => {
  const threads = number(z.int().min(1).max(256))
  expect(read(threads, '8')).toBe(8)
  expect(read(threads, '8.5')).toEqual({ words: 'whole', low: 1, high: 256 })
  const minutes = number(z.int().min(60).max(3600), 60)
  expect(read(minutes, '1.5')).toBe(90)
  expect(read(minutes, '61')).toEqual({ words: 'number', low: 1, high: 60 })
})

test('each percent is the share that it was written from', () => {
  const field = optionalNumber(z.number().min(0).max(1), 0.01)
  for (let percent = 0; percent <= 100; percent++) {
    expect(read(field, String(percent))).toBe(percent / 100)
    expect(numberText(percent / 100, 0.01)).toBe(String(percent))
  }
})

test('what is left out is null, and only where it may be left out', () => {
  expect(read(optionalNumber(z.int().min(1).max(9)), ' ')).toBeNull()
  expect(read(optionalText(9), ' ')).toBeNull()
  expect(numberText(null)).toBe('')
})

test('coins are exact, and less than the least is refused', () => {
  expect(read(coins(1n), '0.000000000000000001')).toBe(1n)
  for (const text of ['0', '-1', '1.0000000000000000001', 'many'])
    expect(read(coins(1n), text)).toEqual({ words: 'amount' })
  expect(read(coins(0n), '0')).toBe(0n)
})

test('a new passphrase is long, and the same twice', () => {
  const wrong = (passphrase: string, again: string) =>
    newPassphrase.safeParse({ passphrase, again }).error?.issues.map(({ path }) => path.join('.'))
  expect(wrong('amber by the sea', 'amber by the sea')).toBeUndefined()
  expect(wrong('amber by the sea', 'amber by the lake')).toEqual(['again'])
  expect(wrong('short', 'other')).toEqual(['passphrase', 'again'])
})
