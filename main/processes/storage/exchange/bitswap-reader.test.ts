import { setTimeout as sleep } from 'node:timers/promises'
import type { Connection, Stream } from '@libp2p/interface'
import { describe, expect, test } from 'vitest'
import { emptyWants, field, framed } from '../../../../test/support/wire-messages.ts'
import { readFirst } from './bitswap-reader.ts'

describe('a stream of bitswap', () => {
  class FakeStream extends EventTarget {
    readonly protocol = '/ipfs/bitswap/1.2.0'
    readonly id = '5'
    ended: Error | null = null
    close = () => Promise.resolve()
    abort = (error: Error) => {
      this.ended = error
      this.dispatchEvent(new Event('close'))
    }
    bring(bytes: Uint8Array): void {
      this.dispatchEvent(new MessageEvent('message', { data: bytes }))
    }
  }
  const handed = () => {
    const told: { bytes: Uint8Array[]; ends: number; open: () => string }[] = []
    // Listens as the library does: after it closed its own side.
    const hand = (stream: Stream): void => {
      const one = { bytes: [] as Uint8Array[], ends: 0, open: () => stream.status }
      told.push(one)
      void stream.close().then(() => {
        stream.addEventListener('message', ({ data }) => one.bytes.push(data.subarray()))
        stream.addEventListener('remoteCloseWrite', () => one.ends++)
      })
    }
    return { told, hand }
  }

  test('is handed on message by message, each with an end', async () => {
    const { told, hand } = handed()
    const stream = new FakeStream()
    readFirst(hand)(stream as unknown as Stream, {} as Connection)
    const messages = [field(1, field(1, Buffer.alloc(36))), Buffer.alloc(0), field(3, Buffer.alloc(300))].map(framed)
    const all = Buffer.concat(messages)
    for (let at = 0; at < all.length; at += 50) stream.bring(all.subarray(at, at + 50))
    await sleep(5)
    expect(told.map(({ bytes, ends, open }) => [Buffer.concat(bytes).toString('hex'), ends, open()])).toEqual(
      messages.map((message) => [message.toString('hex'), 1, 'closed']),
    )
    expect(stream.ended).toBeNull()
    stream.abort(new Error('over'))
  })

  test('ends at the first message that is none, with nothing of it handed on', async () => {
    const { told, hand } = handed()
    const stream = new FakeStream()
    readFirst(hand)(stream as unknown as Stream, {} as Connection)
    stream.bring(framed(field(1, field(1, Buffer.alloc(36)))))
    stream.bring(emptyWants(1_000_000))
    await sleep(5)
    expect(told).toHaveLength(1)
    expect(stream.ended?.message).toContain('parts')
  })
})
