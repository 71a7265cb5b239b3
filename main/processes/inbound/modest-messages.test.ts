import { createRequire } from 'node:module'
import { describe, expect, test } from 'vitest'
import { encoded, field, framed } from '../../../test/support/wire-messages.ts'
import { MessageReader, requireModest } from './modest-messages.ts'

const MIB = 2 ** 20

// The library's own way to write messages, which is not among what it exports.
const { BitswapMessage } = (await import(
  createRequire(import.meta.url)
    .resolve('@helia/bitswap')
    .replace(/index\.js$/, 'pb/message.js')
)) as { BitswapMessage: { encode: (message: object) => Uint8Array } }

const bitswap = { parts: 4096, lists: new Set([1]) }
const wantlist = (entries: number): Buffer =>
  field(1, Buffer.concat(Array.from({ length: entries }, () => field(1, Buffer.alloc(0)))))

describe('messages of protocol buffers', () => {
  const messages = [0, 1, 127, 128, 5_000, 70_000].map((size) => framed(Buffer.alloc(size, size)))

  test.each([1, 2, 3, 1000, 65_536, MIB])('are cut whole from pieces of %i bytes', (size) => {
    const all = Buffer.concat(messages)
    const reader = new MessageReader(MIB)
    const read: Uint8Array[] = []
    for (let at = 0; at < all.length; at += size) read.push(...reader.read(all.subarray(at, at + size)))
    expect(read.map((message) => Buffer.compare(message, messages[read.indexOf(message)]!))).toEqual(
      messages.map(() => 0),
    )
    expect(read).toHaveLength(messages.length)
  })

  test.each([
    ['that are larger than they may be', [...encoded(MIB + 1)]],
    ['whose length has no end', [0xff, 0xff, 0xff, 0xff, 0x01]],
  ])('%s are refused by their first bytes', (_, head) => {
    const reader = new MessageReader(MIB)
    expect(() => head.forEach((byte) => reader.read(Buffer.from([byte])))).toThrow('are the most')
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
    expect(() => requireModest(framed(message), bitswap)).not.toThrow()
    expect(() => requireModest(framed(Buffer.alloc(0)), bitswap)).not.toThrow()
  })

  test.each([
    ['two million empty wants', wantlist(2_000_000)],
    ['wants in many lists', Buffer.concat(Array.from({ length: bitswap.parts + 1 }, () => wantlist(1)))],
    ['many blocks', Buffer.concat(Array.from({ length: bitswap.parts + 1 }, () => field(3, Buffer.alloc(0))))],
    ['a field that claims more than there is', Buffer.from([0x0a, ...encoded(100), 1])],
    ['a want that claims more than its list', field(1, Buffer.from([0x0a, 50, 1]))],
    ['a number without an end', Buffer.from([0x28, ...Array.from({ length: 11 }, () => 0xff)])],
    ['a kind of value that there is not', Buffer.from([0x0b])],
  ])('of %s are refused', (_, message) => {
    expect(() => requireModest(framed(message), bitswap)).toThrow()
  })

  test('that nobody wrote are refused or read, and never more than that', () => {
    let seed = 7
    const random = () => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31
    for (let i = 0; i < 5_000; i++) {
      const bytes = Buffer.from(Array.from({ length: Math.floor(random() * 60) }, () => Math.floor(random() * 256)))
      try {
        requireModest(framed(bytes), bitswap)
      } catch (error) {
        expect((error as Error).message).toMatch(/message/)
      }
    }
  })
})
