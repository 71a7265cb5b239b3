import { expect, test } from 'vitest'
import { Random } from '../../native/trainer/random.ts'
import { choiceIn, choose, learnMatcher, type Choice, type Signs } from './matcher.ts'

test('a prompt is cut into what was asked and its notes, each from its number to the end of its quotation', () => {
  const [SYSTEM, USER, ASSISTANT, NOTES, OPEN, SHUT, QUOTE, ONE, TWO] = [50, 51, 52, 53, 60, 61, 62, 1, 2]
  const signs: Signs = {
    brackets: [OPEN],
    digits: [ONE, TWO],
    marks: [SYSTEM, USER, ASSISTANT, NOTES],
    closes: [QUOTE],
  }
  const prompt = [
    SYSTEM,
    9,
    OPEN,
    ONE,
    USER,
    8,
    ASSISTANT,
    7,
    USER,
    20,
    NOTES,
    OPEN,
    ONE,
    SHUT,
    30,
    ONE,
    QUOTE,
    12,
    OPEN,
    TWO,
    SHUT,
    31,
    QUOTE,
    12,
    ASSISTANT,
  ]
  expect(choiceIn(prompt, 'As Ada wrote [2] “c”', signs)).toEqual({
    question: [USER, 8, USER, 20],
    behind: [5, 4, 1, 0],
    notes: [
      [ONE, SHUT, 30, ONE, QUOTE],
      [TWO, SHUT, 31, QUOTE],
    ],
    answer: 1,
  })
  expect(choiceIn(prompt, 'I do not know.', signs)?.answer).toBeNull()
  expect(choiceIn([SYSTEM, 9, USER, 20, ASSISTANT], 'Hello', signs)).toBeNull()
})

test('which words answer which is learnt from choices alone, and that none answers', () => {
  // Question word k is answered by note words 2k and 2k + 1 among fillers; an earlier question stands far behind.
  const [KINDS, FILLER, ASK] = [8, 60, 40]
  const random = new Random('kinds')
  const draw = (): Choice => {
    const kinds = random.shuffle(Array.from({ length: KINDS }, (_, kind) => kind))
    const notes = kinds.slice(0, 4).map((kind) => [FILLER, 2 * kind + random.below(2), FILLER + 1])
    const answer = random.below(5)
    return {
      question: [ASK + random.below(KINDS), FILLER + 2, ASK + kinds[answer]!],
      behind: [40, 1, 0],
      notes,
      answer: answer === 4 ? null : answer,
    }
  }
  const matcher = learnMatcher(Array.from({ length: 12_000 }, draw), 64, 12, 'test')
  const held = Array.from({ length: 500 }, draw)
  const right = held.filter((choice) => choose(matcher, choice) === choice.answer).length
  process.stdout.write(`matcher: ${right} of 500 right\n`)
  expect(right).toBeGreaterThan(490)
})
