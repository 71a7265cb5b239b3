import { crc32, deflateSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { readCard, writeCard } from './character-card.ts'

const data = {
  name: 'Seraphina',
  description: '{{char}} guards a glade.',
  personality: 'calm',
  scenario: 'A forest with {{user}}.',
  first_mes: 'Welcome, {{user}}.',
  mes_example: '<START>\n{{char}}: Rest.',
  system_prompt: '',
}
const v2 = { spec: 'chara_card_v2', spec_version: '2.0', data }

function chunk(type: string, body: Buffer): Buffer {
  const out = Buffer.alloc(12 + body.length)
  out.writeUInt32BE(body.length)
  out.write(type, 4, 'latin1')
  body.copy(out, 8)
  out.writeUInt32BE(crc32(out.subarray(4, 8 + body.length)), 8 + body.length)
  return out
}
const header = Buffer.from('00000001000000010800000000', 'hex')
const png = (...texts: readonly [key: string, json: unknown][]): Buffer =>
  Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    ...texts.map(([key, json]) =>
      chunk('tEXt', Buffer.from(`${key}\0${Buffer.from(JSON.stringify(json)).toString('base64')}`, 'latin1')),
    ),
    chunk('IDAT', deflateSync(Buffer.alloc(2))),
    chunk('IEND', Buffer.alloc(0)),
  ])

test('cards of V1, V2 and V3 become characters that speak freely', () => {
  const wanted = {
    name: 'Seraphina',
    picture: null,
    rules:
      'Seraphina guards a glade.\n\ncalm\n\nA forest with you.\n\nThey speak like this:\n<START>\nSeraphina: Rest.',
    greeting: 'Welcome, you.',
    model: null,
    remembers: false,
  }
  expect(readCard(Buffer.from(JSON.stringify(v2)))).toEqual(wanted)
  expect(readCard(Buffer.from(JSON.stringify(data)))).toEqual(wanted)
  expect(readCard(png(['chara', v2]))).toEqual(wanted)
  // V3 goes before the V2 that stands beside it for older programs.
  expect(
    readCard(png(['chara', v2], ['ccv3', { ...v2, spec: 'chara_card_v3', data: { ...data, name: 'Newer' } }])).name,
  ).toBe('Newer')
})

test('a card that was written is read again', () => {
  const avatar = {
    id: 1,
    name: 'Ada',
    picture: null,
    rules: 'speaks short',
    greeting: 'Hi',
    model: null,
    remembers: true,
    style: null,
    styleScale: 1,
  }
  expect(readCard(Buffer.from(writeCard(avatar)))).toEqual({
    name: 'Ada',
    picture: null,
    rules: 'speaks short',
    greeting: 'Hi',
    model: null,
    remembers: false,
  })
})

test('what is no card says why', () => {
  for (const [file, why] of [
    [Buffer.from('{'), /no JSON/],
    [Buffer.from('{"name":""}'), /no character card/],
    [Buffer.from('[]'), /no character card/],
    [png(), /no card in it/],
    [png(['chara', v2]).subarray(0, 90), /breaks off/],
    [Buffer.from(png(['chara', v2]).map((byte, i) => (i === 60 ? byte ^ 1 : byte))), /damaged/],
  ] as const)
    expect(() => readCard(file)).toThrow(why)
  expect(readCard(Buffer.from(JSON.stringify({ ...data, description: 'x'.repeat(100_000) }))).rules).toHaveLength(4000)
})
