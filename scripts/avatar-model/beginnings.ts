import type { NamedTensor } from '../../native/trainer/formats/safetensors.ts'
import { Random } from '../../native/trainer/random.ts'
import { carry, compare, isConstant, lookAtLast, lookBack, one, SIZE, type Head } from './heads.ts'
import { FALL, type Matcher, type Reading, type Signs } from './matcher.ts'
import {
  AFTER_OPENING,
  AFTER_SHUTTING,
  ANSWERED,
  ANSWERS,
  ASKED,
  ASKS,
  BEFORE,
  BEFORE_WORD,
  BESIDE,
  CHOSEN,
  CHOSEN_MINE,
  CLOSES,
  CONSTANT,
  DEVIATION,
  DIGIT,
  DIRECTION,
  DIRECTIONS,
  DIVISOR_WITH_NEXT,
  DIVISORS,
  FAINT,
  FILLER,
  FLAG,
  FREE,
  markOf,
  MEANING,
  MINE,
  NAMES,
  NAMES_ITSELF,
  NEITHER,
  NUMBER,
  NUMBERS,
  OPENS,
  OWN_NAME,
  partOf,
  PARTS,
  SHUTS,
  TOKEN,
  WEIGHT,
  WIDTH,
  WORD,
} from './stream.ts'

/** For the last of some tokens: 450 nats for being one of them, less 0.9 for each token since. */
const LAST = {
  logit: 450,
  fall: [
    { pair: 8, each: 0.5 },
    { pair: 9, each: 0.4 },
  ],
}
/**
 * In nats: for a token's direction, that of the token before it, the number of its note, for standing in the notes at
 * all, and in an answer, where what was said before of another note may have the same number; and for being one's own
 * name where that is said. The directions are shared out between two heads.
 */
const FINDING = { heads: 2, word: 14, before: 5, number: 9, notes: 3, answers: -15, name: 8 }
const READING = { logit: 120, fall: [{ pair: 10, each: FALL }], times: 100 }
const GATHERING = { number: 14, part: 14, times: 100 }
/**
 * In nats: for standing in the notes, and for closing a quotation; where there are no notes, a little less than their
 * beginning has.
 */
const CHOOSING = { part: 20, closes: 70, nowhere: 82 }
/**
 * In nats: for the number of the chosen note, for an author where one is named, for standing in the notes; in between,
 * for nobody.
 */
const NAMING = { number: 14, author: 30, part: 6, nobody: 38 }
/** How much louder what comes next is than what stood before, and how sure the output is of it. */
const NEXT = 3
const SURE = 1.2
/** How loud the output hears a token that answers are made of beside what they copy; each has a dimension to itself. */
const SAID = 3
/** How loud the number of the chosen note is said behind a bracket. */
const NUMBERED = { gate: 12, times: 8 }
/** What is left of chance in the layers without a task. */
const CHANCE: Readonly<Record<string, number>> = {
  q_proj: 0.5,
  k_proj: 0.5,
  v_proj: 0.5,
  gate_proj: 0.5,
  up_proj: 0.5,
  o_proj: 0,
  down_proj: 0,
}

/** Mixes the dimensions of a token for the output, so that a token at hand does not foretell itself. */
const mixed = (i: number): number => (i * 25 + 11) % WORD

/** Tokens that the heads know by name. */
export interface Known extends Signs {
  /** What closes a bracket, whose notes are one's own, and what somebody else and oneself are named behind. */
  readonly shuts: number
  readonly you: number
  readonly as: number
  readonly am: number
  /** What answers are made of beside what they copy. */
  readonly said: readonly number[]
  /** Tokens that are taken for each other, in their first so many dimensions. */
  readonly alike: readonly (readonly [token: number, other: number, dimensions: number])[]
  readonly matcher: Matcher
}

/**
 * Weights to begin with: the model can choose a note and copy it before it has learnt anything. Everything but the
 * tasks adds nothing at first. Training alone takes thousands of steps to find each of these heads.
 */
export function begin(known: Known, vocabulary: number): (tensor: NamedTensor) => NamedTensor {
  const { matcher, alike, you } = known
  const scales = { asks: scaleOf(matcher.asks), answers: scaleOf(matcher.answers) }
  const directions = words(vocabulary, alike)
  const layers = tasks(matcher, scales, directions[you]!)
  return (tensor) => {
    const { name, data, shape } = tensor
    const columns = shape[1] ?? 1
    const [, layer, matrix] = /layers\.(\d+)\.\w+\.(\w+)/.exec(name) ?? []
    if (shape.length === 1) data.fill(1)
    else if (layer === undefined) {
      data.fill(0)
      for (const [token, word] of directions.entries()) {
        const row = data.subarray(token * columns, (token + 1) * columns)
        if (name === 'lm_head.weight') say(row, token, word, known)
        else embed(row, token, word, known, scales)
      }
    } else if (Number(layer) >= layers.length) data.forEach((value, i) => (data[i] = value * CHANCE[matrix!]!))
    else {
      // Layers with a task do nothing else.
      data.fill(0)
      if (name.includes('self_attn'))
        for (const [head, task] of layers[Number(layer)]!.entries())
          place(task, head, matrix!.charAt(0) as keyof Head, data, columns)
      else if (Number(layer) === layers.length - 1) sayNumber(matrix!, data, columns, known)
    }
    return tensor
  }
}

/** A head is a block of rows of q, k and v, and of columns of o. */
function place(task: Head, head: number, part: keyof Head, data: Float32Array, columns: number): void {
  for (let i = 0; i < SIZE; i++)
    for (let j = 0; j < WIDTH; j++) {
      const row = head * SIZE + i
      data[part === 'o' ? j * columns + row : row * columns + j] = task[part](i, j)
    }
}

interface Scales {
  readonly asks: number
  readonly answers: number
}

/** What brings the longest of the directions to the length that all tokens have room for. */
function scaleOf({ directions, weights }: Reading): number {
  const lengths = Array.from(weights, (_, token) =>
    Math.hypot(...directions.subarray(token * DIRECTIONS, (token + 1) * DIRECTIONS)),
  )
  return DIRECTION / Math.max(...lengths)
}

/**
 * All tokens have one length: a normalisation then changes none more than another, and what goes by place goes by
 * nothing else.
 */
function embed(
  row: Float32Array,
  token: number,
  word: Float32Array,
  { brackets, shuts, as, am, digits, marks, closes, matcher }: Known,
  scales: Scales,
): void {
  row.fill(CONSTANT.value, CONSTANT.at, CONSTANT.at + CONSTANT.dimensions)
  // The mark of the first part says nothing: a head that looks for nothing looks there.
  if (token !== marks[0]) row.set(word, TOKEN)
  const [mark, digit] = [marks.indexOf(token), digits.indexOf(token)]
  row[
    mark >= 0
      ? markOf(PARTS[mark]!)
      : closes.includes(token)
        ? CLOSES
        : brackets.includes(token)
          ? OPENS
          : token === shuts
            ? SHUTS
            : token === as
              ? NAMES
              : token === am
                ? NAMES_ITSELF
                : digit >= 0
                  ? DIGIT + digit
                  : NEITHER
  ] = FLAG
  for (const [at, weighs, { directions, weights }, scale] of [
    [ASKS, ASKED, matcher.asks, scales.asks],
    [ANSWERS, ANSWERED, matcher.answers, scales.answers],
  ] as const) {
    for (let d = 0; d < DIRECTIONS; d++) row[at + d] = scale * directions[token * DIRECTIONS + d]!
    row[weighs] = WEIGHT * weights[token]!
  }
  const rest =
    WORD * DEVIATION ** 2 + MEANING ** 2 - row.subarray(TOKEN, FREE).reduce((sum, value) => sum + value * value, 0)
  if (rest < 0) throw new Error(`token ${token} weighs too much to be held in ${MEANING}`)
  row[FILLER] = Math.sqrt(rest)
}

/** A direction for each token; both what is kept of it two places on and the rest have one length. */
function words(vocabulary: number, alike: Known['alike']): Float32Array[] {
  const random = new Random('token vectors')
  const drawn = Array.from({ length: vocabulary }, () => Float32Array.from({ length: WORD }, () => random.normal()))
  for (const [token, other, dimensions] of alike)
    drawn[token] = drawn[token]!.map((value, i) => (i < dimensions ? 0.5 * value + drawn[other]![i]! : value))
  return drawn.map((vector) => {
    const length = (from: number, to: number): number =>
      Math.hypot(...vector.subarray(from, to)) / (DEVIATION * Math.sqrt(to - from))
    const [kept, rest] = [length(0, BEFORE_WORD), length(BEFORE_WORD, WORD)]
    return vector.map((value, i) => value / (i < BEFORE_WORD ? kept : rest))
  })
}

/** What comes next is read where the copying heads write it; what is said of itself, from a dimension each. */
function say(row: Float32Array, token: number, word: Float32Array, { said }: Known): void {
  for (let i = 0; i < WORD; i++) row[BESIDE + i] = SURE * word[mixed(i)]!
  if (said.includes(token)) row[FREE + said.indexOf(token)] = SAID
}

/** Behind a bracket, the number of the chosen note is said: a gate of the last layer opens there alone. */
function sayNumber(matrix: string, weights: Float32Array, columns: number, { digits, said }: Known): void {
  const divisor = DIVISOR_WITH_NEXT
  for (const [n, digit] of digits.entries()) {
    if (matrix === 'down_proj') {
      weights[(FREE + said.indexOf(digit)) * columns + n] = NUMBERED.times / NUMBERED.gate
      continue
    }
    const row = weights.subarray(n * columns, (n + 1) * columns)
    if (matrix === 'up_proj') row[CHOSEN + n] = divisor / FLAG
    else
      for (let j = 0; j < columns; j++)
        row[j] = j === OPENS ? (2 * NUMBERED.gate * divisor) / FLAG : isConstant(j) ? -NUMBERED.gate * one(divisor) : 0
  }
}

const marks = PARTS.map(markOf)
const same = (from: number, to: number, count: number, logit: number) =>
  Array.from({ length: count }, (_, n) => ({ query: from + n, key: to + n, logit }))
const all = (key: number, logit: number) => ({ query: 'all', key, logit }) as const

/**
 * By layer, the heads that begin with a task.
 * @param you the direction of the author of one's own notes
 */
const tasks = (matcher: Matcher, scales: Scales, you: Float32Array): readonly (readonly Head[])[] => {
  const [first, second, third, fourth, fifth] = DIVISORS
  return [
    [
      // Beside each token stand the one and the two before it, and the part of the prompt that it is in.
      {
        ...lookBack(1, first),
        ...carry([
          [TOKEN, BESIDE, WORD, first],
          [OPENS, AFTER_OPENING, 1, (first * FAINT) / FLAG],
          [SHUTS, AFTER_SHUTTING, 1, (first * FAINT) / FLAG],
        ]),
      },
      { ...lookBack(2, first), ...carry([[TOKEN, BEFORE, BEFORE_WORD, first]]) },
      // A prompt begins with “system”, a line's end, “You” and “are”, and then the name.
      { ...lookBack(4, first), ...carry([[markOf('system'), OWN_NAME, 1, (first * FAINT) / FLAG]]) },
      {
        ...lookAtLast(new Map(marks.map((mark) => [mark, 1])), LAST, first),
        ...carry([[markOf(PARTS[0]), partOf(PARTS[0]), PARTS.length, first]]),
      },
    ],
    [
      // The number of a token's note is the last one in brackets; each part begins outside of notes.
      {
        ...lookAtLast(
          new Map([[AFTER_OPENING, FLAG / FAINT], ...marks.map((mark) => [mark, 1] as const)]),
          LAST,
          second,
        ),
        ...carry([[DIGIT, NUMBER + 1, NUMBERS, second], ...marks.map((mark) => [mark, NUMBER, 1, second] as const)]),
      },
      // The last question is read by its tokens' weights.
      {
        ...lookAtLast(new Map([[partOf('user'), 1]]), READING, second, { at: ASKED, nat: WEIGHT }),
        ...carry([[ASKS, ASKS, DIRECTIONS, READING.times * second]]),
      },
      // Behind a note's number stands its author.
      { ...lookAtLast(new Map([[AFTER_SHUTTING, FLAG / FAINT]]), LAST, second), ...detect(you, MINE, FAINT * second) },
    ],
    [
      // To each token of a note is added what the note answers, as far as it has been read.
      {
        ...compare(
          [
            ...same(NUMBER + 1, NUMBER + 1, NUMBERS, GATHERING.number / FLAG ** 2),
            all(partOf('notes'), GATHERING.part / FLAG),
            all(ANSWERED, 1 / WEIGHT),
          ],
          third,
        ),
        ...carry([[ANSWERS, ANSWERS, DIRECTIONS, GATHERING.times * third]]),
      },
    ],
    [chooseNote(matcher, scales, fourth)],
    [findNext(0, fifth), findNext(1, fifth), nameAuthor(fifth)],
  ]
}

/** Flags what looks at a token with this direction. */
const detect = (direction: Float32Array, flag: number, times: number): Pick<Head, 'v' | 'o'> => ({
  v: (i, j) => (i === 0 && j >= TOKEN && j < TOKEN + WORD ? direction[j - TOKEN]! / (WORD * DEVIATION ** 2) : 0),
  o: (i, j) => (i === 0 && j === flag ? times : 0),
})

/** Says what stands where the head looks. */
const sayToken = (times: number): Pick<Head, 'v' | 'o'> => ({
  v: (i, j) => Number(i < WORD && j === TOKEN + i),
  o: (i, j) => (i < WORD && j >= BESIDE && j < BEFORE && mixed(j - BESIDE) === i ? times : 0),
})

/**
 * Finds the token that followed the one at hand in the note of its number, and says it (induction heads, Olsson et al.
 * 2022). @param share which of the directions it compares
 */
function findNext(share: number, divisor: number): Head {
  const [count, before] = [WORD / FINDING.heads, BEFORE_WORD / FINDING.heads]
  return {
    ...compare(
      [
        ...same(TOKEN + share * count, BESIDE + share * count, count, FINDING.word / (count * DEVIATION ** 2)),
        ...same(BESIDE + share * before, BEFORE + share * before, before, FINDING.before / (before * DEVIATION ** 2)),
        ...same(NUMBER, NUMBER, 1 + NUMBERS, FINDING.number / FLAG ** 2),
        all(partOf('notes'), FINDING.notes / FLAG),
        all(partOf('assistant'), FINDING.answers / FLAG),
        { query: NAMES_ITSELF, key: OWN_NAME, logit: FINDING.name / (FLAG * FAINT) },
      ],
      divisor,
    ),
    ...sayToken((NEXT * divisor) / FINDING.heads),
  }
}

/**
 * Looks at the ends of the notes that answer what is asked for; where none reaches the matcher's threshold, at where
 * the notes begin, which has no number.
 */
function chooseNote({ threshold }: Matcher, scales: Scales, divisor: number): Head {
  const logit = 1 / (READING.times * scales.asks * GATHERING.times * scales.answers)
  return {
    ...compare(
      [
        ...same(ASKS, ANSWERS, DIRECTIONS, logit),
        all(partOf('notes'), CHOOSING.part / FLAG),
        all(CLOSES, CHOOSING.closes / FLAG),
        all(markOf('notes'), (CHOOSING.closes + threshold) / FLAG),
        all(markOf('system'), CHOOSING.nowhere / FLAG),
      ],
      divisor,
    ),
    ...carry([
      [NUMBER + 1, CHOSEN, NUMBERS, divisor],
      [MINE, CHOSEN_MINE, 1, (divisor * FLAG) / FAINT],
    ]),
  }
}

/**
 * Where somebody is to be named, says who wrote the chosen note; anywhere else it looks at what has no direction to
 * say.
 */
const nameAuthor = (divisor: number): Head => ({
  ...compare(
    [
      ...same(CHOSEN, NUMBER + 1, NUMBERS, NAMING.number / FLAG ** 2),
      { query: NAMES, key: AFTER_SHUTTING, logit: NAMING.author / (FLAG * FAINT) },
      all(partOf('notes'), NAMING.part / FLAG),
      all(markOf('system'), NAMING.nobody / FLAG),
    ],
    divisor,
  ),
  ...sayToken(NEXT * divisor),
})
