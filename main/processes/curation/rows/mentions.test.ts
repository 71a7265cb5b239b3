import { expect, test } from 'vitest'
import { mentions } from './mentions.ts'

test('somebody is found in whatever case, accents and signs they are written', () => {
  for (const [query, text] of [
    ['miso', 'My cat is called MISO'],
    ['Muller', 'ask for Frau Müller'],
    ['0171 1234567', 'call me: 0171/123-45-67'],
    ['ana.b@example.org', 'mail ANA.B@Example.org'],
    ['小明', '我叫小明'],
    ['ｆｕｌｌ', 'full width'],
    ['', 'anything'],
  ] as const)
    expect(mentions(query)(text), query).toBe(true)
  for (const [query, text] of [
    ['miso', 'misery loves company'],
    ['a-b', 'ab'],
    ['0171 1234567', '0171 123456'],
  ] as const)
    expect(mentions(query)(text), query).toBe(false)
})
