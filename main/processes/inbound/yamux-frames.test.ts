import { expect, test } from 'vitest'
import { YamuxFrames } from './yamux-frames.ts'
import { yamuxFrame } from '../../../test/support/hostile-peer.ts'

const bytes = Buffer.concat([
  yamuxFrame('data', 1, 300, 300),
  yamuxFrame('ping', 0, 4_000_000_000),
  yamuxFrame('data', 3, 0),
  yamuxFrame('data', 5, 7, 7),
])

test.each([1, 5, 11, 12, 13, 311, 1000])('frames are told apart however the bytes come: by %i', (size) => {
  const frames = new YamuxFrames(300)
  const seen = new Map<number, { bytes: number; whole: number }>()
  for (let at = 0; at < bytes.length; at += size)
    for (const part of frames.read(bytes.subarray(at, at + size))) {
      const sum = seen.get(part.stream) ?? { bytes: 0, whole: 0 }
      seen.set(part.stream, { bytes: sum.bytes + part.bytes, whole: sum.whole + Number(part.whole) })
    }
  expect([...seen]).toEqual([
    [1, { bytes: 300, whole: 1 }],
    [0, { bytes: 0, whole: 1 }],
    [3, { bytes: 0, whole: 1 }],
    [5, { bytes: 7, whole: 1 }],
  ])
})

test('a frame that claims more than it may is refused at its header', () => {
  expect(() => [...new YamuxFrames(299).read(bytes)]).toThrow('300 bytes')
  expect(() => [...new YamuxFrames(2 ** 20).read(yamuxFrame('data', 1, 2 ** 32 - 1))]).toThrow(RangeError)
})
