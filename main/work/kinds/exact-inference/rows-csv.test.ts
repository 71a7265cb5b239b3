import { expect, test } from 'vitest'
import { rowsFromCsv } from './rows-csv.ts'

test('rows come in with commas, blanks, tabs and Windows line ends', () => {
  expect([...rowsFromCsv('1,2,3\r\n4 5\t6\n\n7;8;255', 3)]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 255])
})

test.each([
  ['a short row', '1,2,3\n4,5', 'line 2'],
  ['a long row', '1,2,3,4', 'line 1'],
  ['a number too large', '1,2,256', '256'],
  ['a negative number', '1,2,-3', '-3'],
  ['a fraction', '1,2,0.5', '0.5'],
  ['text', '1,2,x', 'x'],
  ['nothing', '\n\n', 'no rows'],
])('%s is refused and named', (_name, text, named) => {
  expect(() => rowsFromCsv(text, 3)).toThrow(named)
})
