/**
 * What the residual stream of the demo model holds where. A flag is a dimension that is FLAG where something holds and
 * 0 elsewhere.
 */

export const WIDTH = 256
/** Heads of a layer. */
export const HEADS = 4
/** Notes have the numbers from 1 to this. */
export const NUMBERS = 6
/** The dimensions of a token's direction, and how many of them are kept of the token two places before. */
export const WORD = 32
export const BEFORE_WORD = 12
/** The dimensions of the matcher's directions. */
export const DIRECTIONS = 40
/** The parts of a prompt, in the order of their marks. */
export const PARTS = ['system', 'user', 'assistant', 'notes'] as const
type Part = (typeof PARTS)[number]

let taken = 0
/** The next dimensions. */
const take = (dimensions: number): number => (taken += dimensions) - dimensions

/** What all tokens have. */
export const CONSTANT = { at: take(4), dimensions: 4, value: 0.16 }
/**
 * That a token opens a bracket or closes one, and that such a one stands right before it: there are the number of a
 * note and its author.
 */
export const OPENS = take(1)
export const SHUTS = take(1)
export const AFTER_OPENING = take(1)
export const AFTER_SHUTTING = take(1)
/** Tokens without a flag of their own have this one, so that all have one length. */
export const NEITHER = take(1)
/** Which digit a token is, and the number of the note that it stands in; 0 where it stands in none. */
export const DIGIT = take(NUMBERS)
export const NUMBER = take(1 + NUMBERS)
const MARK = take(PARTS.length)
const PART = take(PARTS.length)
/** That a token begins a part of the prompt, and that it stands in it. */
export const markOf = (part: Part): number => MARK + PARTS.indexOf(part)
export const partOf = (part: Part): number => PART + PARTS.indexOf(part)
/** That the last author is "You". */
export const MINE = take(1)
/** The number of the note that was chosen, and that it is one's own. */
export const CHOSEN = take(NUMBERS)
export const CHOSEN_MINE = take(1)
/** That somebody else is named next, that one's own name is, and that it begins here. */
export const NAMES = take(1)
export const NAMES_ITSELF = take(1)
export const OWN_NAME = take(1)
/** That a token closes a quotation: a note has been read to its end. */
export const CLOSES = take(1)
/** What makes all tokens equally long. */
export const FILLER = take(1)
/** The token, and the tokens one and two places before it. What comes next is said in the place of the one before. */
export const TOKEN = take(WORD)
export const BESIDE = take(WORD)
export const BEFORE = take(BEFORE_WORD)
/** What a token asks for, and later what the last question does; what it answers, and later what its note does. */
export const ASKS = take(DIRECTIONS)
export const ANSWERS = take(DIRECTIONS)
/** How much it weighs in a question, and in a note. */
export const ASKED = take(1)
export const ANSWERED = take(1)
/** The rest: for what is learnt, and for tokens that have a dimension to themselves in the output. */
export const FREE = taken
export const SAYABLE = WIDTH - FREE

export const FLAG = 0.5
/** The root mean square of a token's direction. */
export const DEVIATION = 0.14
/**
 * The length of the longest of the matcher's directions, and of a weight of 1 nat; together they have no more than
 * MEANING. Little, so that what is read of a text drowns the token's own.
 */
export const DIRECTION = 0.003
export const WEIGHT = 0.02
export const MEANING = 0.3
/**
 * How high the flags that not every token has one of stand: little, for what goes by a token's length must not go by
 * them.
 */
export const FAINT = 0.05

const rms = (dimensions: number, flags: number, read: number): number =>
  Math.sqrt(
    (dimensions * DEVIATION ** 2 +
      flags * FLAG ** 2 +
      CONSTANT.dimensions * CONSTANT.value ** 2 +
      MEANING ** 2 +
      read) /
      WIDTH,
  )
/**
 * What the normalisations of the layers with a task divide by; of the last also once what comes next was written. It
 * hardly differs from token to token, for all words have one length.
 */
export const DIVISORS = [
  rms(WORD, 1, 0),
  rms(2 * WORD + BEFORE_WORD, 2, 0),
  rms(2 * WORD + BEFORE_WORD, 3, 0.05),
  rms(2 * WORD + BEFORE_WORD, 3, 0.1),
  rms(2 * WORD + BEFORE_WORD, 4, 0.1),
] as const
export const DIVISOR_WITH_NEXT = 0.14
