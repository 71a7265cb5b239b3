import { expect, test } from 'vitest'
import { recipientProblem } from './recipient.ts'

const checked = '0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045'

test('an address with its check, or without one, can be sent coins', () => {
  expect(recipientProblem(checked)).toBeNull()
  expect(recipientProblem(checked.toLowerCase())).toBeNull()
  expect(recipientProblem(`0x${checked.slice(2).toUpperCase()}`)).toBeNull()
})

test('one letter in the wrong case fails the check', () => {
  expect(recipientProblem(checked.replace('d8dA', 'd8da'))).toBe('checksum')
})

test('the zero address belongs to nobody, and what has another form is no address', () => {
  expect(recipientProblem(`0x${'0'.repeat(40)}`)).toBe('nobody')
  for (const text of ['', 'vitalik.eth', checked.slice(0, -1), `${checked}0`])
    expect(recipientProblem(text)).toBe('address')
})
