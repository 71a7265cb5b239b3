import { expect, test } from 'vitest'
import { styledLayers } from '../../../../common/model/style.ts'
import { Random } from '../../../../native/trainer/random.ts'
import { authorship } from './authorship.ts'
import { factsKept, likenessOf } from './evaluate.ts'
import { fitted, questionsOf, rowOf } from './rows.ts'

const reply = (number: number, asked: string, text: string) => ({
  number,
  before: [{ mine: false, text: asked }],
  text,
})

test('a style is learnt by the upper third of the layers, and by one at least', () => {
  expect([1, 2, 7, 9].map(styledLayers)).toEqual([[0], [1], [5, 6], [6, 7, 8]])
})

test('a reply is an answer to all that was said since its person spoke', () => {
  const before = [
    { mine: true, text: 'hello' },
    { mine: false, text: 'hi' },
    { mine: false, text: 'how are you?' },
  ]
  expect(rowOf({ number: 1, before, text: 'fine' }, 'You are Ada.').messages).toEqual([
    { role: 'system', content: 'You are Ada.' },
    { role: 'user', content: 'hi\nhow are you?' },
    { role: 'assistant', content: 'fine' },
  ])
})

test(
  'questions are those that others asked and those about what was named; none is both gone over and ' + 'compared',
  () => {
    const { rehearsed, compared } = questionsOf([
      reply(1, 'How is the flat?', 'Small but lovely'),
      reply(2, 'I painted the fence', 'Was the shed not expensive'),
      reply(3, 'How is the flat?', 'No'),
    ])
    expect([...compared, ...rehearsed].toSorted()).toEqual([
      'How is the flat?',
      'What did you write about expensive?',
      'What did you write about lovely?',
    ])
    expect(rehearsed.filter((question) => compared.includes(question))).toEqual([])
  },
)

test('sequences are as long as nearly all rows want; what is longer is left out, not cut', () => {
  const row = (letters: number) => rowOf(reply(1, 'x'.repeat(letters), 'yes'), '')
  const { length, rows } = fitted([...Array.from({ length: 40 }, () => row(900)), row(20_000)])
  expect(length).toBe(512)
  expect(rows).toHaveLength(40)
  expect(fitted([]).rows).toEqual([])
})

test('a classifier tells two ways of writing apart, says how well, and does not try on a handful of messages', () => {
  const random = new Random('authors')
  const words = ['roses', 'boat', 'letter', 'kitchen', 'train', 'garden', 'lamp', 'river']
  const some = (): string => Array.from({ length: 4 }, () => words[random.below(words.length)]!).join(' ')
  const mine = Array.from({ length: 40 }, () => `${some()} :)`)
  const others = Array.from({ length: 40 }, () => `Well, ${some()}.`)
  const judge = authorship(mine, others)!
  expect(judge.right).toBeGreaterThan(0.9)
  expect(judge.isMine('the lamp and the river :)')).toBe(true)
  expect(judge.isMine('Well, the lamp.')).toBe(false)
  expect(authorship(mine.slice(0, 7), others)).toBeNull()
})

test('authors who write alike are told apart no better than by chance', () => {
  const random = new Random('alike')
  const some = (): string =>
    Array.from({ length: 5 }, () => ['red', 'blue', 'green', 'grey'][random.below(4)]!).join(' ')
  const { right } = authorship(Array.from({ length: 200 }, some), Array.from({ length: 200 }, some))!
  expect(Math.abs(right - 0.5)).toBeLessThan(0.2)
})

test('facts are kept where the same notes are named; answers without any tell nothing', () => {
  const answers = [
    { before: 'I wrote [1] “a”', after: 'Ha! I wrote [1] “a”' },
    { before: 'I wrote [2] “b”', after: 'Ha! I wrote [1] “a”' },
    { before: 'I do not know', after: 'Ha! I do not know' },
  ]
  expect(factsKept(answers)).toEqual({ asked: 2, kept: 1 })
  expect(factsKept(answers.slice(2))).toBeNull()
  expect(likenessOf(answers, { isMine: (text) => text.startsWith('Ha!'), right: 0.9 })).toEqual({
    before: 0,
    after: 1,
    right: 0.9,
  })
  expect(likenessOf(answers, null)).toBeNull()
})
