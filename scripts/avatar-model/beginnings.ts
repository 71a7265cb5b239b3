import type { NamedTensor } from '../../native/trainer/formats/safetensors.ts'
import { Random } from '../../native/trainer/random.ts'

export const WIDTH = 160
export const HEADS = 4
/** The rotary embedding turns slowly, so that words are found by what they are some hundred places away. */
export const THETA = 1e10
const SIZE = WIDTH / HEADS
const HALF = SIZE / 2
/** How fast a pair of a head turns, in radians a token. */
const speed = (pair: number): number => THETA ** (-pair / HALF)

const WORD = 36
const BEFORE_WORD = 12
/** Notes have the numbers from 1 to this. */
const NUMBERS = 6
/**
 * What the residual stream holds where, from the first dimension on: what all tokens have, that a token is a bracket,
 * that a bracket stands beside it, its digit, the number of the note that it stands in, the token, the tokens one and
 * two places before it; the rest is for what is learnt.
 */
const CONSTANT = { at: 0, dimensions: 4, value: 0.16 }
const BRACKET = 4
const BESIDE_BRACKET = 5
/** Tokens without a flag have this one, so that all have one length. */
const NEITHER = 6
const DIGIT = 7
const NUMBER = DIGIT + NUMBERS
const TOKEN = NUMBER + NUMBERS
const BESIDE = TOKEN + WORD
const BEFORE = BESIDE + WORD
const FREE = BEFORE + BEFORE_WORD
/** Tokens that have a dimension to themselves in the output. */
export const SAYABLE = WIDTH - FREE
const DEVIATION = 0.14
const FLAG = 0.5

/** Logits of the heads that begin with a task: to look so many tokens back; to look at the last number; to find a token by the one before it, the one before that, and its note's number. */
const BACK = { logit: 60, pairs: 4 }
const LAST = { logit: 200, fall: [{ pair: 5, logit: 80 }, { pair: 6, logit: 120 }] }
const FINDING = { from: 6, words: 16, before: 6, logits: { word: 14, before: 5, number: 9 } }
/** How much louder what comes next is than what stood before, and how sure the output is of it. */
const NEXT = 3
const SURE = 1.2
/** How loud the output hears a token that answers are made of beside what they copy; each has a dimension to itself. */
const SAID = 3
const CHANCE: Readonly<Record<string, number>> = { q_proj: 0.5, k_proj: 0.5, v_proj: 0.5, gate_proj: 0.5, up_proj: 0.5, o_proj: 0, down_proj: 0 }

/** Mixes the dimensions of a token for the output, so that a token at hand does not foretell itself. */
const mixed = (i: number): number => (i * 25 + 11) % WORD
const turned = (i: number): number => (i < HALF ? i : i - HALF)

/** Tokens that the heads know by name. */
export interface Known {
  readonly brackets: readonly number[]
  /** The digits from 1. */
  readonly digits: readonly number[]
  /** What answers are made of beside what they copy. */
  readonly said: readonly number[]
}

/**
 * Weights to begin with: the model can copy before it has learnt anything. Heads of the first layer look one and two
 * tokens back by the rotary embedding alone (queries turned by so many places; Su et al. 2021) and write what stands
 * there beside each token. One of the second finds the last number in brackets, so that each token knows which note it
 * stands in. Two of the third find where the tokens at hand stood in the note of this number and say what came next
 * (induction heads, Olsson et al. 2022). Everything else adds nothing at first. Training alone takes thousands of steps
 * to find these heads; begun with, what is left to learn is which note answers.
 */
export function begin(known: Known): (tensor: NamedTensor) => NamedTensor {
  return (tensor) => {
    const { name, data, shape } = tensor
    const columns = shape[1] ?? 1
    const chance = data.map((value) => value * (CHANCE[name.split('.').at(-2)!] ?? 1))
    const [, layer, part] = /layers\.(\d+)\.self_attn\.(\w)_proj/.exec(name) ?? []
    if (layer !== undefined) {
      for (const [head, task] of (tasks[Number(layer)] ?? []).entries()) {
        // A head is a block of rows of q, k and v, and of columns of o.
        for (let i = 0; i < SIZE; i++) for (let j = 0; j < WIDTH; j++) {
          const row = head * SIZE + i
          chance[part === 'o' ? j * columns + row : row * columns + j] = task[part as 'q' | 'k' | 'v' | 'o'](i, j)
        }
      }
    }
    else if (name === 'model.embed_tokens.weight' || name === 'lm_head.weight') {
      for (const [token, word] of words(shape[0]!).entries()) {
        const row = chance.subarray(token * columns, (token + 1) * columns).fill(0)
        if (name === 'lm_head.weight') say(row, token, word, known)
        else embed(row, token, word, known)
      }
    }
    return { ...tensor, data: shape.length === 1 ? chance.fill(1) : chance }
  }
}

/** All tokens have one length: a normalisation then changes none more than another, and what goes by place goes by nothing else. */
function embed(row: Float32Array, token: number, word: Float32Array, { brackets, digits }: Known): void {
  row.fill(CONSTANT.value, CONSTANT.at, CONSTANT.at + CONSTANT.dimensions)
  row.set(word, TOKEN)
  row[brackets.includes(token) ? BRACKET : digits.includes(token) ? DIGIT + digits.indexOf(token) : NEITHER] = FLAG
}

/** What comes next is read where the copying heads write it; what is said of itself, from a dimension each. */
function say(row: Float32Array, token: number, word: Float32Array, { said }: Known): void {
  for (let i = 0; i < WORD; i++) row[BESIDE + i] = SURE * word[mixed(i)]!
  if (said.includes(token)) row[FREE + said.indexOf(token)] = SAID
}

/** What a head does: the weight from a dimension of the stream (j) to one of the head (i), and for `o` back. */
interface Task {
  readonly q: (i: number, j: number) => number
  readonly k: (i: number, j: number) => number
  readonly v: (i: number, j: number) => number
  readonly o: (i: number, j: number) => number
}

/** What a normalisation divides by, about; it hardly differs from token to token, for all words have one length. */
const rms = (wordDimensions: number): number => Math.sqrt((wordDimensions * DEVIATION ** 2 + FLAG ** 2 + CONSTANT.dimensions * CONSTANT.value ** 2) / WIDTH)
const FIRST = rms(WORD)
const SECOND = rms(2 * WORD + BEFORE_WORD)
const isConstant = (j: number): boolean => j >= CONSTANT.at && j < CONSTANT.at + CONSTANT.dimensions
/** What a weight on each of the constant dimensions must be to give 1. */
const one = (divisor: number): number => divisor / (CONSTANT.dimensions * CONSTANT.value)
/** Logits are divided by the root of a head's size. */
const root = (logit: number): number => Math.sqrt(logit * Math.sqrt(SIZE))

/** Copies dimensions of the stream through a head: from there, to there, how many, times. */
function carry(parts: readonly (readonly [from: number, to: number, count: number])[], times: number): Pick<Task, 'v' | 'o'> {
  const rows = parts.flatMap(([from, to, count]) => Array.from({ length: count }, (_, n) => ({ from: from + n, to: to + n })))
  return { v: (i, j) => Number(rows[i]?.from === j), o: (i, j) => (rows[i]?.to === j ? times : 0) }
}

function lookBack(places: number, parts: Parameters<typeof carry>[0]): Task {
  const size = root(BACK.logit / BACK.pairs) * one(FIRST)
  const at = (i: number, turn: number): number => (turned(i) >= BACK.pairs ? 0 : size * (i < HALF ? Math.cos(turn) : -Math.sin(turn)))
  return {
    q: (i, j) => (isConstant(j) ? at(i, places * speed(turned(i))) : 0),
    k: (i, j) => (isConstant(j) ? at(i, 0) : 0),
    ...carry(parts, FIRST),
  }
}

/** Looks at the last digit beside a bracket: a logit for that it is one, which falls with each token since. */
function lookAtLast(): Task {
  const logits = new Map([[HALF - 1, { logit: LAST.logit, turn: 0 }], ...LAST.fall.map(({ pair, logit }) => [pair, { logit, turn: Math.PI / 2 }] as const)])
  return {
    q: (i, j) => {
      const aim = logits.get(turned(i))
      return isConstant(j) && aim ? root(aim.logit) * one(SECOND) * (i < HALF ? Math.cos(aim.turn) : Math.sin(aim.turn)) : 0
    },
    k: (i, j) => {
      const aim = logits.get(i)
      return j === BESIDE_BRACKET && aim ? (root(aim.logit) * SECOND) / FLAG : 0
    },
    ...carry([[DIGIT, NUMBER, NUMBERS]], SECOND),
  }
}

/** Finds the token that followed the one at hand in the note of its number, and says it. @param share which of the word's dimensions it compares */
function findNext(share: number): Task {
  const { words: count, before, logits } = FINDING
  // Each dimension of a query is compared with one of the keys.
  const compared = [
    ...Array.from({ length: count }, (_, n) => ({ at: share * count + n, query: TOKEN, key: BESIDE, logit: logits.word / (count * DEVIATION ** 2) })),
    ...Array.from({ length: before }, (_, n) => ({ at: share * before + n, query: BESIDE, key: BEFORE, logit: logits.before / (before * DEVIATION ** 2) })),
    ...Array.from({ length: NUMBERS }, (_, n) => ({ at: n, query: NUMBER, key: NUMBER, logit: logits.number / FLAG ** 2 })),
  ]
  // Pairs that turn slowly hold one in each half.
  const slow = HALF - FINDING.from
  const of = (i: number) => (turned(i) < FINDING.from ? undefined : compared[turned(i) - FINDING.from + (i < HALF ? 0 : slow)])
  const weigh = (i: number, j: number, side: 'query' | 'key'): number => {
    const pair = of(i)
    return pair && j === pair[side] + pair.at ? root(pair.logit) * SECOND : 0
  }
  return {
    q: (i, j) => weigh(i, j, 'query'),
    k: (i, j) => weigh(i, j, 'key'),
    v: (i, j) => Number(i < WORD && j === TOKEN + i),
    o: (i, j) => (i < WORD && j >= BESIDE && j < BEFORE && mixed(j - BESIDE) === i ? (NEXT * SECOND) / 2 : 0),
  }
}

/** By layer, the heads that begin with a task; the others begin with chance. */
const tasks: readonly (readonly Task[])[] = [
  [lookBack(1, [[TOKEN, BESIDE, WORD], [BRACKET, BESIDE_BRACKET, 1]]), lookBack(2, [[TOKEN, BEFORE, BEFORE_WORD]])],
  [lookAtLast()],
  [findNext(0), findNext(1)],
]

function words(vocabulary: number): Float32Array[] {
  const random = new Random('token vectors')
  return Array.from({ length: vocabulary }, () => {
    const vector = Float32Array.from({ length: WORD }, () => random.normal())
    const factor = (DEVIATION * Math.sqrt(WORD)) / Math.hypot(...vector)
    return vector.map((value) => factor * value)
  })
}
