import { createRequire } from 'node:module'
import { describe, expect, test } from 'vitest'
import { emptyWants, encoded, field, framed } from '../../../test/support/wire-messages.ts'
import { ModestMessages, type Modesty, type Shape } from './modest-messages.ts'

const MIB = 2 ** 20

// The library's own way to write messages, which is not among what it exports.
const { BitswapMessage } = (await import(
  createRequire(import.meta.url)
    .resolve('@helia/bitswap')
    .replace(/index\.js$/, 'pb/message.js')
)) as {
  BitswapMessage: {
    encode: (message: object) => Uint8Array
    decode: (bytes: Uint8Array) => {
      readonly wantlist?: { readonly entries: readonly unknown[] }
      readonly blocks: readonly unknown[]
      readonly blockPresences: readonly unknown[]
    }
  }
}

const shape: Shape = {
  1: { 1: { 1: 'bytes', 2: 'number', 3: 'number', 4: 'number', 5: 'number' }, 2: 'number' },
  3: { 1: 'bytes', 2: 'bytes' },
  4: { 1: 'bytes', 2: 'number' },
  5: 'number',
}
const bitswap: Modesty = { bytes: 4 * MIB, parts: 16_384, shape }
/** The messages that are read of bytes that arrive in pieces of a size. */
function messagesOf(all: Uint8Array, modesty: Modesty = bitswap, size = 65_536): Buffer[] {
  const reader = new ModestMessages(modesty, {})
  const messages: Buffer[] = []
  let parts: Uint8Array[] = []
  for (let at = 0; at < all.length; at += size)
    for (const { bytes, whole } of reader.read(all.subarray(at, at + size))) {
      parts.push(bytes)
      if (!whole) continue
      messages.push(Buffer.concat(parts))
      parts = []
    }
  return messages
}
const wantlist = (entries: number): Buffer =>
  field(1, Buffer.concat(Array.from({ length: entries }, () => field(1, Buffer.alloc(0)))))

describe('messages of protocol buffers', () => {
  const messages = [0, 1, 127, 128, 5_000, 70_000].map((size) => field(7, Buffer.alloc(size, size)))

  test.each([1, 2, 3, 1000, 65_536, MIB])('are cut whole from pieces of %i bytes', (size) => {
    const read = messagesOf(Buffer.concat(messages.map(framed)), bitswap, size)
    expect(read.map((message) => message.toString('hex'))).toEqual(messages.map((message) => message.toString('hex')))
  })

  test.each([
    ['that are larger than they may be', [...encoded(bitswap.bytes + 1)], 'are the most'],
    ['whose length has no end', [0xff, 0xff, 0xff, 0xff], 'a number that is none'],
  ])('%s are refused by their first bytes', (_, head, why) => {
    expect(() => messagesOf(Buffer.from(head), bitswap, 1)).toThrow(why)
  })

  test('of many parts are refused while they arrive', () => {
    const reader = new ModestMessages(bitswap, {})
    const head = emptyWants(2_000_000).subarray(0, 2 * bitswap.parts)
    expect([...reader.read(head)].map(({ whole }) => whole)).toEqual([false])
    expect(() => [...reader.read(Buffer.from([0x0a, 0, 0x0a, 0, 0x0a, 0, 0x0a, 0]))]).toThrow('parts')
  })

  test('that are small may be few in a second, over all streams of a connection', () => {
    const connection = {}
    const small = framed(Buffer.alloc(0))
    const stream = (): void => void [...new ModestMessages(bitswap, connection).read(small)]
    for (let i = 0; i < 256; i++) stream()
    expect(stream).toThrow('too many messages')
    expect(messagesOf(small)).toHaveLength(1)
  })

  test('as bitswap’s library writes them are modest, with as many wants as kubo sends', () => {
    const entries = Array.from({ length: 1024 }, (_, i) => ({
      cid: Buffer.alloc(36, i),
      priority: i,
      cancel: false,
      wantType: 'WantHave',
      sendDontHave: true,
    }))
    const blocks = [{ prefix: Buffer.alloc(4), data: Buffer.alloc(2 * MIB) }]
    const blockPresences = entries.map(({ cid }) => ({ cid, type: 'DoNotHaveBlock' }))
    const message = BitswapMessage.encode({
      wantlist: { entries, full: true },
      blocks,
      blockPresences,
      pendingBytes: 7,
    })
    expect(messagesOf(framed(message))).toHaveLength(1)
  })

  test.each([
    ['two million empty wants', wantlist(2_000_000)],
    ['wants in many lists', Buffer.concat(Array.from({ length: bitswap.parts + 1 }, () => wantlist(1)))],
    ['many blocks', Buffer.concat(Array.from({ length: bitswap.parts + 1 }, () => field(3, Buffer.alloc(0))))],
    ['a field that claims more than there is', Buffer.from([0x0a, ...encoded(100), 1])],
    ['a want that claims more than its list', field(1, Buffer.from([0x0a, 50, 1]))],
    ['a number without an end', Buffer.from([0x28, ...Array.from({ length: 11 }, () => 0xff)])],
    ['a kind of value that there is not', Buffer.from([0x0b])],
    // By these the library would see fields where others are counted.
    ['a list that says it is a number', Buffer.from([0x08, 4, 0x0a, 0, 0x0a, 0])],
    ['a list of eight bytes', Buffer.from([0x09, 6, 0x0a, 0, 0x0a, 0, 0x0a, 0, 0])],
    ['a number that says it has a length', Buffer.from([0x2a, 2, 0x0a, 0])],
    ['a number of a field beyond 32 bits', Buffer.from([0x8a, 0x80, 0x80, 0x80, 0x10, 2, 0x0a, 0])],
    ['a number of six bytes', Buffer.from([0x28, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00, 0x0a, 0])],
    ['a want that goes beyond its list', field(1, Buffer.from([0x0a, 2, 0x0a, 40]))],
  ])('of %s are refused', (_, message) => {
    expect(() => messagesOf(framed(message))).toThrow('a message')
    expect(() => messagesOf(framed(message), bitswap, 1)).toThrow('a message')
  })

  test('that are let through hold no more for the library than was counted, whatever they say', () => {
    let seed = 7
    const random = (below: number): number =>
      Math.floor(((seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31) * below)
    const bytes = [0, 1, 2, 3, 4, 6, 8, 0x0a, 0x08, 0x09, 0x0d, 0x12, 0x1a, 0x22, 0x28, 0x2a, 0x80, 0x8a, 0xff, 0x10]
    const wants = [field(1, 1), wantlist(1), wantlist(2), field(1, field(1, field(1, Buffer.alloc(2)))), wantlist(0)]
    const pieces = [
      ...wants,
      field(3, Buffer.alloc(0)),
      field(4, field(1, Buffer.alloc(1))),
      field(5, 300),
      field(7, 1),
    ]
    const few: Modesty = { bytes: MIB, parts: 5, shape }
    let [through, held] = [0, 0]
    for (let i = 0; i < 60_000; i++) {
      const message = Buffer.concat(Array.from({ length: 1 + random(4) }, () => pieces[random(pieces.length)]!))
      for (let change = random(3); change > 0; change--) message[random(message.length)] = bytes[random(bytes.length)]!
      try {
        messagesOf(framed(message), few, 1 + random(8))
      } catch (error) {
        expect((error as Error).message).toMatch(/^a message/)
        continue
      }
      through++
      const { wantlist: list, blocks, blockPresences } = BitswapMessage.decode(message)
      const found = (list?.entries.length ?? 0) + blocks.length + blockPresences.length
      held += found
      expect(found, message.toString('hex')).toBeLessThanOrEqual(few.parts)
    }
    process.stdout.write(`${through} of 60000 messages were let through, with ${held} parts\n`)
    expect(held).toBeGreaterThan(500)
  })
})
