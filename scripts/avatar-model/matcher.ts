import { Random } from '../../native/trainer/random.ts'

/** A question with its notes, as tokens. */
export interface Choice {
  readonly question: readonly number[]
  /** How many places each token of the question stands before its last. */
  readonly behind: readonly number[]
  /** Each from its number to the end of its quotation. */
  readonly notes: readonly (readonly number[])[]
  /** Which note answers; null where none does. */
  readonly answer: number | null
}

/** What heads can tell of a prompt by its tokens. */
export interface Signs {
  readonly brackets: readonly number[]
  /** The digits from 1. */
  readonly digits: readonly number[]
  /** What begins the parts of a prompt: its roles and the notes. */
  readonly marks: readonly [system: number, user: number, assistant: number, notes: number]
  /** What closes a quotation. */
  readonly closes: readonly number[]
}

/**
 * The choice that a prompt asks for, as the model's heads see it: whatever a user said, the last of it nearest. Null
 * where there are no notes.
 */
export function choiceIn(
  prompt: readonly number[],
  wanted: string,
  { brackets, digits, marks, closes }: Signs,
): Choice | null {
  const [, user, , from] = marks
  const question: number[] = []
  const places: number[] = []
  const notes: number[][] = []
  let part = -1
  for (const [i, token] of prompt.entries()) {
    if (marks.includes(token)) part = token
    if (part === user) {
      question.push(token)
      places.push(i)
    }
    if (part !== from) continue
    if (brackets.includes(prompt[i - 1]!) && token === digits[notes.length]) notes.push([])
    notes.at(-1)?.push(token)
  }
  if (notes.length === 0) return null
  const [, number] = /^\S.* wrote \[(\d)\]/.exec(wanted) ?? []
  const cut = notes.map((note) => note.slice(0, note.findLastIndex((token) => closes.includes(token)) + 1))
  return {
    question,
    behind: places.map((place) => places.at(-1)! - place),
    notes: cut,
    answer: number === undefined ? null : Number(number) - 1,
  }
}

/** By token: a direction, row by row [vocabulary × size], and how much it weighs beside others, in nats. */
export interface Reading {
  readonly directions: Float32Array
  readonly weights: Float32Array
}

/** What tokens ask for in a question, what they answer in a note, and what a note must reach to answer. */
export interface Matcher {
  readonly asks: Reading
  readonly answers: Reading
  readonly threshold: number
}

/** By how much a token of a question weighs less than the one behind it, in nats: an earlier question is not read. */
export const FALL = 0.2
const BATCH = 64
const PASSES = 3
const RATE = 0.02
const START = 0.2

/**
 * Learns which words answer which: a note fits a question by the product of their tokens' directions, each the mean by
 * the tokens' weights, and the notes and a threshold stand against each other (softmax). What a head of attention can
 * do: to pool by a weight a token, and to compare. By Adam (Kingma and Ba 2015) with a rate that falls to 0.
 */
export function learnMatcher(choices: readonly Choice[], vocabulary: number, size: number, seed: string): Matcher {
  const random = new Random(seed)
  const directions = () => new Learnt(Float32Array.from({ length: vocabulary * size }, () => random.normal() * START))
  const [asks, answers] = [directions(), directions()]
  const [asked, answered] = [new Learnt(new Float32Array(vocabulary)), new Learnt(new Float32Array(vocabulary))]
  const threshold = new Learnt(new Float32Array(1))
  const all = [asks, answers, asked, answered, threshold]
  const steps = PASSES * Math.floor(choices.length / BATCH)
  let order: readonly number[] = []
  for (let step = 0; step < steps; step++) {
    if (order.length < BATCH) order = random.shuffle(choices.map((_, i) => i))
    for (const i of order.slice(0, BATCH)) {
      const { question, behind, notes, answer } = choices[i]!
      const wanted = pool(asks.values, asked.values, question, behind)
      const given = notes.map((note) => pool(answers.values, answered.values, note))
      const shares = softmax([...given.map(({ mean }) => dot(wanted.mean, mean)), threshold.values[0]!])
      const slopes = shares.map((share, j) => (share - Number(j === (answer ?? notes.length))) / BATCH)
      const forQuestion = new Float32Array(size)
      for (const [j, { mean, shares: parts }] of given.entries()) {
        for (let d = 0; d < size; d++) forQuestion[d]! += slopes[j]! * mean[d]!
        unpool(
          answers,
          answered,
          notes[j]!,
          parts,
          mean,
          wanted.mean.map((value) => slopes[j]! * value),
        )
      }
      unpool(asks, asked, question, wanted.shares, wanted.mean, forQuestion)
      threshold.slopes[0]! += slopes.at(-1)!
    }
    order = order.slice(BATCH)
    for (const table of all) table.step(0.5 * RATE * (1 + Math.cos((Math.PI * step) / steps)))
  }
  return {
    asks: readingOf(
      asks,
      asked,
      choices.map(({ question }) => question),
    ),
    answers: readingOf(
      answers,
      answered,
      choices.flatMap(({ notes }) => notes),
    ),
    threshold: threshold.values[0]!,
  }
}

/** The note that it takes for the answer; null where none reaches the threshold. */
export function choose(
  { asks, answers, threshold }: Matcher,
  { question, behind, notes }: Omit<Choice, 'answer'>,
): number | null {
  const wanted = pool(asks.directions, asks.weights, question, behind).mean
  const scores = notes.map((note) => dot(wanted, pool(answers.directions, answers.weights, note).mean))
  const best = scores.indexOf(Math.max(...scores))
  return best >= 0 && scores[best]! > threshold ? best : null
}

/** Tokens that were never seen say nothing. */
function readingOf(directions: Learnt, weights: Learnt, texts: readonly (readonly number[])[]): Reading {
  const seen = new Set(texts.flat())
  const size = directions.values.length / weights.values.length
  return {
    directions: directions.values.map((value, i) => (seen.has(Math.floor(i / size)) ? value : 0)),
    weights: weights.values,
  }
}

/** A table that is learnt, with its slopes so far. */
class Learnt {
  readonly values: Float32Array
  readonly slopes: Float32Array
  readonly #mean: Float32Array
  readonly #square: Float32Array
  #steps = 0

  constructor(values: Float32Array) {
    this.values = values
    this.slopes = new Float32Array(values.length)
    this.#mean = new Float32Array(values.length)
    this.#square = new Float32Array(values.length)
  }

  step(rate: number): void {
    const [first, second] = [0.9, 0.999]
    this.#steps++
    const [meanBias, squareBias] = [1 - first ** this.#steps, 1 - second ** this.#steps]
    for (let i = 0; i < this.values.length; i++) {
      const slope = this.slopes[i]!
      this.#mean[i] = first * this.#mean[i]! + (1 - first) * slope
      this.#square[i] = second * this.#square[i]! + (1 - second) * slope * slope
      this.values[i]! -= (rate * this.#mean[i]!) / meanBias / (Math.sqrt(this.#square[i]! / squareBias) + 1e-8)
    }
    this.slopes.fill(0)
  }
}

/** The mean of tokens' directions by their weights. */
function pool(
  directions: Float32Array,
  weights: Float32Array,
  tokens: readonly number[],
  behind?: readonly number[],
): { mean: Float32Array; shares: number[] } {
  const size = directions.length / weights.length
  const shares = softmax(tokens.map((token, i) => weights[token]! - (behind ? FALL * behind[i]! : 0)))
  const mean = new Float32Array(size)
  for (const [i, token] of tokens.entries())
    for (let d = 0; d < size; d++) mean[d]! += shares[i]! * directions[token * size + d]!
  return { mean, shares }
}

/** Adds the slopes of a mean to those of what it was made of. */
function unpool(
  directions: Learnt,
  weights: Learnt,
  tokens: readonly number[],
  shares: readonly number[],
  mean: Float32Array,
  slope: Float32Array,
): void {
  const size = mean.length
  const whole = dot(slope, mean)
  for (const [i, token] of tokens.entries()) {
    let along = -whole
    for (let d = 0; d < size; d++) {
      along += slope[d]! * directions.values[token * size + d]!
      directions.slopes[token * size + d]! += shares[i]! * slope[d]!
    }
    weights.slopes[token]! += shares[i]! * along
  }
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

function softmax(logits: readonly number[]): number[] {
  const most = Math.max(...logits)
  const powers = logits.map((logit) => Math.exp(logit - most))
  const total = powers.reduce((sum, power) => sum + power, 0)
  return powers.map((power) => power / total)
}
