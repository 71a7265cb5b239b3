import { expect, test } from 'vitest'
import * as z from 'zod'
import { coins, newPassphrase, number, numberText, optionalNumber, optionalText, recipient } from './fields.ts'

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
  for (const text of ['1.0000000000000000001', 'many', '1.2.3', '1,2,3', '1e3'])
    expect(read(coins(1n), text)).toEqual({ words: 'amount' })
  for (const text of ['0', '0.0', '-1', '\u22121']) expect(read(coins(1n), text)).toEqual({ words: 'positive' })
  expect(read(coins(0n), '0')).toBe(0n)
  expect(read(coins(0n), '-1')).toEqual({ words: 'negative' })
  expect(read(coins(1n), ' ')).toEqual({ words: 'needed' })
})

test('either decimal sign will do, and a comma that may be for thousands is asked about', () => {
  expect(read(coins(1n), '0,31')).toBe(read(coins(1n), '0.31'))
  expect(read(coins(1n), '12,5')).toBe(125n * 10n ** 17n)
  expect(read(coins(1n), '0,125')).toBe(125n * 10n ** 15n)
  expect(read(coins(1n), '1,000')).toEqual({ words: 'comma', low: '1000', high: '1' })
  expect(read(number(z.number().max(9)), '1,250')).toEqual({ words: 'comma', low: '1250', high: '1.25' })
})

test('more coins than there are, or than a contract can count, are refused with how many it can be', () => {
  const upTo = (units: bigint) => coins(1n, { units, words: 'balance' })
  expect(read(upTo(5n * 10n ** 18n), '5')).toBe(5n * 10n ** 18n)
  expect(read(upTo(5n * 10n ** 18n), '5.000000000000000001')).toEqual({ words: 'balance', high: '5\u2009HTH' })
  expect(read(coins(1n), '79228162514.264337593543950335')).toBe(2n ** 96n - 1n)
  expect(read(coins(1n), '79228162514.264337593543950336')).toMatchObject({ words: 'tooMuch' })
  expect(read(coins(1n, null), '79228162515')).toBe(79_228_162_515n * 10n ** 18n)
})

test('an address is refused while it is none, has a wrong check, or belongs to nobody', () => {
  const right = '0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045'
  expect(read(recipient, ` ${right} `)).toBe(right)
  expect(read(recipient, right.replace('d8dA', 'd8da'))).toEqual({ words: 'checksum' })
  expect(read(recipient, `0x${'0'.repeat(40)}`)).toEqual({ words: 'nobody' })
  expect(read(recipient, right.slice(0, -1))).toEqual({ words: 'address' })
  expect(read(recipient, '')).toEqual({ words: 'needed' })
})

test('a new passphrase is long, and the same twice', () => {
  const wrong = (passphrase: string, again: string) =>
    newPassphrase.safeParse({ passphrase, again }).error?.issues.map(({ path }) => path.join('.'))
  expect(wrong('amber by the sea', 'amber by the sea')).toBeUndefined()
  expect(wrong('amber by the sea', 'amber by the lake')).toEqual(['again'])
  expect(wrong('short', 'other')).toEqual(['passphrase', 'again'])
})
