import { expect, it } from 'vitest'
import { PatternError, wholePattern } from './pattern.ts'

const module = 'model.layers.10.self_attn.q_proj'
/** Python 3.11's re.fullmatch says the same of each. */
it.each([
  ['.*q_proj', true],
  ['q_proj', false],
  ['(?:.*\\.)?(?:q_proj)', true],
  ['(?:.*\\.)?(?:proj)', false],
  ['.*\\.layers\\.(0|10)\\..*', true],
  ['.*\\.layers\\.(0|1)\\..*', false],
  ['.*\\.layers\\.1?0\\.self_attn\\.[qk]_proj', true],
  ['.*\\.layers\\.[^\\d]+\\..*', false],
  ['.*layers\\.\\d{2}\\..*', true],
  ['.*layers\\.\\d{3,}\\..*', false],
  ['.*layers\\.\\d{,2}\\..*', true],
  ['^model\\.(?P<rest>.*)$', true],
  ['.*?\\bself_attn\\b.*?', true],
  ['.*\\Blayers.*', false],
  ['model\\.layers\\.[0-9]+\\.[a-z_]+\\.q_proj', true],
  ['|.*proj', true],
  ['(a|)model.*', true],
  ['.*[]q].proj', true],
  ['.*[\\w-]_proj', true],
])('%s', (pattern, matches) => expect(wholePattern(pattern)(module)).toBe(matches))

it.each([
  '(?=a)',
  '(?!a)',
  '(?<!k)a',
  '(?i)a',
  '(a)\\1',
  '(a',
  'a)',
  '[a',
  '*a',
  'a**',
  '\\',
  'a{1}{2}{3}{4}+',
  '[z-a]',
])('%s is refused', (pattern) => expect(() => wholePattern(pattern)).toThrow(PatternError))

it('a pattern that runs for years elsewhere is matched at once', () => {
  expect(wholePattern('(a+)+b')('a'.repeat(2000))).toBe(false)
  expect(wholePattern('(a|a)*(a|a)*c')('a'.repeat(2000))).toBe(false)
})

it('a pattern that unfolds without end is refused', () => {
  expect(() => wholePattern('((a{99}){99}){99}')).toThrow(/too large/)
  expect(() => wholePattern('('.repeat(100))).toThrow(/too deep/)
  expect(() => wholePattern('a'.repeat(5000))).toThrow(/characters/)
})
