import { CONSTANT, FLAG, HEADS, WIDTH } from './stream.ts'

/** The rotary embedding turns slowly, so that words are found by what they are some hundred places away. */
export const THETA = 1e10
/** Dimensions of a head, and the pairs that they are turned in (dimension i with i + HALF). */
export const SIZE = WIDTH / HEADS
export const HALF = SIZE / 2
const turned = (i: number): number => (i < HALF ? i : i - HALF)
/** How fast a pair turns, in radians a token. */
export const speed = (pair: number): number => THETA ** (-pair / HALF)
/** The first pair that turns slowly enough to compare what stands some hundred tokens apart. */
const SLOW = 10

/** A head: the weight from a dimension of the stream (j) to one of the head (i), and for `o` back. */
export interface Head {
  readonly q: (i: number, j: number) => number
  readonly k: (i: number, j: number) => number
  readonly v: (i: number, j: number) => number
  readonly o: (i: number, j: number) => number
}

export const isConstant = (j: number): boolean => j >= CONSTANT.at && j < CONSTANT.at + CONSTANT.dimensions
/** What a weight on each of the constant dimensions must be to give 1. @param divisor of the normalisation before */
export const one = (divisor: number): number => divisor / (CONSTANT.dimensions * CONSTANT.value)
/** What a query and a key must both have for a logit: attention divides by the root of a head's size. */
const root = (logit: number): number => Math.sqrt(logit * Math.sqrt(SIZE))

/** Copies dimensions of the stream. */
export function carry(
  parts: readonly (readonly [from: number, to: number, count: number, times: number])[],
): Pick<Head, 'v' | 'o'> {
  const rows = parts.flatMap(([from, to, count, times]) =>
    Array.from({ length: count }, (_, n) => ({ from: from + n, to: to + n, times })),
  )
  return { v: (i, j) => Number(rows[i]?.from === j), o: (i, j) => (rows[i]?.to === j ? rows[i].times : 0) }
}

/** Logits over the pairs that turn fastest. */
const BACK = { logit: 150, pairs: 4 }

/** Looks so many tokens back, by the rotary embedding alone: queries are turned by so many places (Su et al. 2021). */
export function lookBack(places: number, divisor: number): Pick<Head, 'q' | 'k'> {
  const size = root(BACK.logit / BACK.pairs) * one(divisor)
  const at = (i: number, turn: number): number =>
    turned(i) >= BACK.pairs ? 0 : size * (i < HALF ? Math.cos(turn) : -Math.sin(turn))
  return {
    q: (i, j) => (isConstant(j) ? at(i, places * speed(turned(i))) : 0),
    k: (i, j) => (isConstant(j) ? at(i, 0) : 0),
  }
}

/**
 * What a token with a flag has for a logit, and by how much less for each token since, in nats, spread over pairs that
 * turn slowly enough.
 */
export interface Recency {
  readonly logit: number
  readonly fall: readonly { readonly pair: number; readonly each: number }[]
}

/**
 * Looks at the tokens with one of these flags, and the more the fewer tokens ago.
 * @param flags each with how often it counts
 * @param weight a dimension that holds what a token counts beside, for a nat
 */
export function lookAtLast(
  flags: ReadonlyMap<number, number>,
  { logit, fall }: Recency,
  divisor: number,
  weight?: { readonly at: number; readonly nat: number },
): Pick<Head, 'q' | 'k'> {
  const aims = new Map([
    [HALF - 1, { logit, turn: 0 }],
    ...fall.map(({ pair, each }) => [pair, { logit: each / speed(pair), turn: Math.PI / 2 }] as const),
  ])
  const weighs = weight && root(1 / weight.nat)
  return {
    q: (i, j) => {
      if (!isConstant(j)) return 0
      if (i === HALF - 2 && weighs) return weighs * one(divisor)
      const aim = aims.get(turned(i))
      return aim ? root(aim.logit) * one(divisor) * (i < HALF ? Math.cos(aim.turn) : Math.sin(aim.turn)) : 0
    },
    k: (i, j) => {
      if (i === HALF - 2 && weighs) return j === weight.at ? weighs * divisor : 0
      const [aim, times] = [aims.get(i), flags.get(j)]
      return aim && times ? (times * root(aim.logit) * divisor) / FLAG : 0
    },
  }
}

/** A dimension of queries that is compared with one of keys, or one of keys that all queries look for. */
export interface Compared {
  readonly query: number | 'all'
  readonly key: number
  /** For the product of the two as they stand in the stream; below 0 for what is looked away from. */
  readonly logit: number
}

/**
 * Compares what stands in the stream at one token with what stands at another; each pair that turns slowly holds a
 * comparison in each half, the last ones the slowest.
 */
export function compare(compared: readonly Compared[], divisor: number): Pick<Head, 'q' | 'k'> {
  const slow = HALF - SLOW
  if (compared.length > 2 * slow) throw new Error(`a head compares ${2 * slow} dimensions at most`)
  const of = (i: number) =>
    turned(i) < SLOW ? undefined : compared[turned(i) - SLOW + (i < HALF ? 0 : slow) - (2 * slow - compared.length)]
  return {
    q: (i, j) => {
      const it = of(i)
      if (!it) return 0
      return it.query === 'all'
        ? isConstant(j)
          ? root(Math.abs(it.logit)) * one(divisor)
          : 0
        : j === it.query
          ? root(Math.abs(it.logit)) * divisor
          : 0
    },
    k: (i, j) => {
      const it = of(i)
      return it && j === it.key ? Math.sign(it.logit) * root(Math.abs(it.logit)) * divisor : 0
    },
  }
}
