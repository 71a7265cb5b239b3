import { expect, test } from 'vitest'
import { citedParts, isGuess, misquoted } from './cited.ts'

test('an answer is split at the notes that it names', () => {
  expect(citedParts('I live in Oslo. [2]', 3)).toEqual([{ text: 'I live in Oslo. ' }, { note: 2 }])
  expect(citedParts('Both [1, 3] say so.', 3)).toEqual([
    { text: 'Both ' },
    { note: 1 },
    { note: 3 },
    { text: ' say so.' },
  ])
})

test('numbers that no note has, and brackets that are none, stay words', () => {
  for (const text of ['see [4]', 'see [0]', 'a[b]', '[1', ''])
    expect(citedParts(text, 3)).toEqual(text === '' ? [] : [{ text }])
})

test('a quote that does not stand in its note is found out, whatever its signs', () => {
  const textOf = (note: number) => ['My cat is called Miso!', 'I moved to Lisbon'][note - 1]
  expect(misquoted('I wrote [1]“my cat is called Miso.”', textOf)).toEqual([])
  expect(misquoted('I wrote [1]“My cat is called Rex”', textOf)).toEqual([1])
  expect(misquoted('I wrote [2] “I moved to”, and [1]“My cat', textOf)).toEqual([])
  expect(misquoted('I wrote [3]“nothing”', textOf)).toEqual([])
})

test('an answer without a source, with a wrong one, or with a question for one may be none', () => {
  const textOf = (note: number) => ['My cat is called Miso!', 'What is your cat called? '][note - 1]
  expect(isGuess('I wrote [1]“My cat is called Miso”', [1], textOf)).toBe(false)
  expect(isGuess('I wrote [2] and [1]', [2, 1], textOf)).toBe(false)
  expect(isGuess('I do not know.', [], textOf)).toBe(true)
  expect(isGuess('I wrote [2]“What is your cat called?”', [2], textOf)).toBe(true)
  expect(isGuess('I wrote [1]“My cat is called Rex”', [1], textOf)).toBe(true)
})
