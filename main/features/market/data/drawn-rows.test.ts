import { expect, test } from 'vitest'
import { rowsIn } from './drawn-rows.ts'

const of = (number: number, text: string) => ({ number, bytes: Buffer.from(text).toString('base64') })

test('a row that stands in several segments is whole where they follow each other', () => {
  expect(rowsIn([of(4, 'end\n{"a":1}\n{"b"'), of(5, ':2}\n{"c"'), of(9, 'x"}\n{"d":4}\n')], 1000)).toEqual({
    segments: 3,
    rows: [
      { segment: 4, text: 'end', isWhole: false },
      { segment: 4, text: '{"a":1}', isWhole: true },
      { segment: 4, text: '{"b":2}', isWhole: true },
      { segment: 4, text: '{"c"', isWhole: false },
      { segment: 9, text: 'x"}', isWhole: false },
      { segment: 9, text: '{"d":4}', isWhole: true },
    ],
  })
})

test('the first row of all begins with the first segment', () => {
  expect(rowsIn([of(0, '{"a":1}\n{')], 9).rows).toEqual([
    { segment: 0, text: '{"a":1}', isWhole: true },
    { segment: 0, text: '{', isWhole: false },
  ])
})

test('a letter that is cut in two breaks no row', () => {
  const bytes = Buffer.from('{"a":"ü"}\n')
  const [one, other] = [bytes.subarray(0, 7), bytes.subarray(7)]
  const segments = [one, other].map((each, number) => ({ number, bytes: each.toString('base64') }))
  expect(rowsIn(segments, 11).rows).toEqual([{ segment: 0, text: '{"a":"ü"}', isWhole: true }])
})

test('what lies behind the rows is none', () => {
  const segments = [of(2, '{"a":1}\n{"b"'), of(3, ':2}\n# README'), of(4, 'RIFF\n\n\n\n\n\n\n\n')]
  expect(rowsIn(segments, 3 * 12 + 4).rows).toEqual([
    { segment: 2, text: '{"a":1}', isWhole: false },
    { segment: 2, text: '{"b":2}', isWhole: true },
  ])
  expect(rowsIn(segments.slice(2), 3 * 12 + 4).rows).toEqual([])
})
