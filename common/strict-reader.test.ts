import { expect, test } from 'vitest'
import { listed, StrictReader } from './strict-reader.ts'

test('what nobody read is told, in its order', () => {
  const reader = StrictReader.ofObject({ width: 4, sliding: true, torch: 'f32', later: 1 })
  expect(reader.take('width')).toBe(4)
  expect(reader.take('absent')).toBeUndefined()
  reader.pass(['torch', 'also-absent'])
  expect(reader.unread).toEqual(['sliding', 'later'])
  reader.pass((name, thing) => name.startsWith('lat') && thing === 1)
  expect(reader.unread).toEqual(['sliding'])
})

test('names of an object are its own', () => {
  const reader = StrictReader.ofObject({ own: 1 })
  expect(reader.take('constructor')).toBeUndefined()
  expect(reader.take('__proto__')).toBeUndefined()
})

test('a long list of names is cut, and says so', () => {
  expect(listed(['a'])).toBe('“a”')
  expect(listed(Array.from({ length: 9 }, (_, i) => `k${i}`))).toBe('“k0”, “k1”, “k2”, “k3”, “k4” and 4 more')
  expect(listed(['x'.repeat(500)]).length).toBeLessThan(110)
})
