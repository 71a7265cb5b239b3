import { describe, expect, test } from 'vitest'
import { notModified, rangeStillHolds } from './conditions.ts'
import { readRanges } from './ranges.ts'

describe('a Range header over ten bytes', () => {
  test.each([
    ['bytes=0-0', [[0, 1]]],
    ['bytes=2-4', [[2, 5]]],
    ['bytes=5-99', [[5, 10]]],
    ['bytes=5-99999999999999999999999', [[5, 10]]],
    ['bytes=9-', [[9, 10]]],
    ['bytes=-3', [[7, 10]]],
    ['bytes=-99', [[0, 10]]],
    ['BYTES=1-1', [[1, 2]]],
    [
      'bytes=0-1, 4-5 ,-1',
      [
        [0, 2],
        [4, 6],
        [9, 10],
      ],
    ],
    // What does not exist is left out beside what does.
    ['bytes=0-1,50-60', [[0, 2]]],
    ['bytes=10-', []],
    ['bytes=99999999999999999999999-', []],
    ['bytes=-0', []],
    // Ignored: not understood, not well-formed, or larger together than the whole.
    ['lines=1-2', null],
    ['bytes=x', null],
    ['bytes=', null],
    ['bytes=,', null],
    ['bytes=-', null],
    ['bytes=4-2', null],
    ['bytes=1-2-3', null],
    ['bytes=1.5-2', null],
    ['bytes=+1-2', null],
    ['bytes = 1-2', null],
    ['bytes 1-2', null],
    ['bytes=0x1-2', null],
    ['bytes=0-1,x', null],
    ['bytes=0-9,0-9', null],
    [`bytes=${Array.from({ length: 17 }, () => '0-0').join(',')}`, null],
    ['', null],
    [undefined, null],
  ])('%s', (header, ranges) => {
    expect(readRanges(header, 10)?.map(({ from, end }) => [from, end]) ?? null).toEqual(ranges)
  })

  test.each(['bytes=0-', 'bytes=-1', 'bytes=5-'])('%s of an empty file is the empty file', (header) => {
    expect(readRanges(header, 0)).toBeNull()
  })
})

describe('conditions', () => {
  test.each([
    ['"a"', true],
    ['W/"a"', true],
    ['"x", "y", "a"', true],
    ['"x",W/"a"', true],
    ['*', true],
    [' * ', true],
    ['"b"', true],
    ['"x"', false],
    ['a', false],
    ['""', false],
    ['"a', false],
    ['', false],
    [undefined, false],
  ])('If-None-Match: %s', (ifNoneMatch, has) => {
    expect(notModified({ ifMatch: undefined, ifNoneMatch }, ['"a"', '"b"'])).toBe(has)
  })

  test('If-None-Match compares weak tags as well', () => {
    expect(notModified({ ifMatch: undefined, ifNoneMatch: '"a"' }, ['W/"a"'])).toBe(true)
  })

  test.each(['"x"', 'W/"a"', '"b"', ''])('If-Match: %s fails', (ifMatch) => {
    expect(() => notModified({ ifMatch, ifNoneMatch: undefined }, ['"a"', '"b"'])).toThrow(/If-Match/)
  })

  test.each(['"a"', '*', '"x", "a"'])('If-Match: %s holds', (ifMatch) => {
    expect(notModified({ ifMatch, ifNoneMatch: undefined }, ['"a"'])).toBe(false)
  })

  test('a weak tag satisfies neither If-Match nor If-Range', () => {
    expect(() => notModified({ ifMatch: 'W/"a"', ifNoneMatch: undefined }, ['W/"a"'])).toThrow(/If-Match/)
    expect(rangeStillHolds('W/"a"', 'W/"a"')).toBe(false)
    expect(rangeStillHolds('"a"', '"a"')).toBe(true)
    expect(rangeStillHolds('Mon, 30 Nov 2026 01:00:00 GMT', '"a"')).toBe(false)
    expect(rangeStillHolds(undefined, 'W/"a"')).toBe(true)
  })
})
