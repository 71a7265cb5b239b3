import { expect, test } from 'vitest'
import { YamuxFrames } from './yamux-frames.ts'
import { yamuxFrame } from '../../../test/support/hostile-peer.ts'

const rates = { control: 10, opened: 10 }
const bytes = Buffer.concat([
  yamuxFrame('data', 1, 300, 300),
  yamuxFrame('ping', 0, 4_000_000_000),
  yamuxFrame('data', 3, 0),
  yamuxFrame('data', 5, 7, 7),
])

test.each([1, 5, 11, 12, 13, 311, 1000])('frames are told apart however the bytes come: by %i', (size) => {
  const frames = new YamuxFrames(300, rates)
  const seen = new Map<number, { bytes: number; whole: number }>()
  for (let at = 0; at < bytes.length; at += size)
    for (const part of frames.read(bytes.subarray(at, at + size))) {
      const sum = seen.get(part.stream) ?? { bytes: 0, whole: 0 }
      seen.set(part.stream, { bytes: sum.bytes + part.bytes, whole: sum.whole + Number(part.whole) })
    }
  expect([...seen]).toEqual([
    [1, { bytes: 300, whole: 1 }],
    [3, { bytes: 0, whole: 1 }],
    [5, { bytes: 7, whole: 1 }],
  ])
})

test('a frame that claims more than it may is refused at its header', () => {
  expect(() => [...new YamuxFrames(299, rates).read(bytes)]).toThrow('300 bytes')
  expect(() => [...new YamuxFrames(2 ** 20, rates).read(yamuxFrame('data', 1, 2 ** 32 - 1))]).toThrow(RangeError)
})

test.each([
  ['pings', yamuxFrame('ping', 0, 1), 'without data'],
  ['new streams', yamuxFrame('data', 1, 1, 1), 'new streams'],
  ['data frames without data', yamuxFrame('data', 1, 0), 'in a second'],
])('%s without end are refused, and come back with the next second', (_what, frame, why) => {
  let now = 0
  const frames = new YamuxFrames(300, rates, () => now)
  const read = (): unknown => [...frames.read(frame)]
  for (let i = 0; i < 10; i++) read()
  expect(read).toThrow(why)
  now = 1000
  expect(read).not.toThrow()
})
