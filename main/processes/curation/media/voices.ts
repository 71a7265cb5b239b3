import { COEFFICIENTS, mfcc } from '../audio/mfcc.ts'

/** What is listened to: enough to know a voice, whatever the length of a recording. */
const SECONDS = 60
/** Two seconds in which somebody speaks. */
const LEAST_FRAMES = 200
/** Without its first coefficient, which is loudness. */
const SIZE = COEFFICIENTS - 1
/** A frame counts where it is at least so loud, of the way from the quiet ones to the loud ones. */
const LOUD_SHARE = 0.5
/**
 * Frames lie 10 ms apart and a sound lasts for about a tenth of a second: only every tenth says something of its own.
 */
const FRAMES_A_SOUND = 10

/**
 * The frames of a recording in which something sounds, each SIZE cepstral coefficients; null where there are too few.
 */
export function voiceFrames(samples: Float64Array, rate: number): Float64Array[] | null {
  const frames = mfcc(samples.subarray(0, SECONDS * rate), rate, 'sphinx')
  const loudness = frames.map(([first]) => first!).toSorted((a, b) => a - b)
  const [quiet, loud] = [
    loudness[Math.floor(0.05 * loudness.length)] ?? 0,
    loudness[Math.floor(0.95 * loudness.length)] ?? 0,
  ]
  const voiced = frames
    .filter(([first]) => first! >= quiet + LOUD_SHARE * (loud - quiet))
    .map((frame) => Float64Array.from(frame.slice(1)))
  return voiced.length < LEAST_FRAMES ? null : voiced
}

/** A voice as a Gaussian: how many frames it is known by, their sum, and the sum of their products. */
export interface Voice {
  readonly count: number
  readonly sum: Float64Array
  /** Row by row, SIZE × SIZE. */
  readonly products: Float64Array
}

export function voiceOf(frames: readonly Float64Array[]): Voice {
  const [sum, products] = [new Float64Array(SIZE), new Float64Array(SIZE * SIZE)]
  for (const frame of frames)
    for (let i = 0; i < SIZE; i++) {
      sum[i]! += frame[i]!
      for (let j = 0; j <= i; j++) products[i * SIZE + j]! += frame[i]! * frame[j]!
    }
  return { count: frames.length, sum, products }
}

const joined = (a: Voice, b: Voice): Voice => ({
  count: a.count + b.count,
  sum: a.sum.map((value, i) => value + b.sum[i]!),
  products: a.products.map((value, i) => value + b.products[i]!),
})

/**
 * How much better two voices explain what was heard than one, by the Bayesian information criterion (Chen and
 * Gopalakrishnan 1998), with as many observations as there are sounds: below zero it is one voice.
 */
export function apart(a: Voice, b: Voice): number {
  const both = joined(a, b)
  const sounds = both.count / FRAMES_A_SOUND
  const gained =
    0.5 *
    (logDeterminant(both) - (a.count / both.count) * logDeterminant(a) - (b.count / both.count) * logDeterminant(b))
  const parameters = SIZE + (SIZE * (SIZE + 1)) / 2
  return sounds * gained - 0.5 * parameters * Math.log(sounds)
}

/** Of the covariance, by Cholesky's decomposition. */
function logDeterminant({ count, sum, products }: Voice): number {
  const lower = new Float64Array(SIZE * SIZE)
  let log = 0
  for (let i = 0; i < SIZE; i++)
    for (let j = 0; j <= i; j++) {
      let value = products[i * SIZE + j]! / count - (sum[i]! / count) * (sum[j]! / count)
      for (let k = 0; k < j; k++) value -= lower[i * SIZE + k]! * lower[j * SIZE + k]!
      if (i === j) {
        // A tone that never changes has no width in some direction.
        lower[i * SIZE + i] = Math.sqrt(Math.max(value, 1e-9))
        log += 2 * Math.log(lower[i * SIZE + i]!)
      } else lower[i * SIZE + j] = value / lower[j * SIZE + j]!
    }
  return log
}

/**
 * Tells voices apart: the two that are most surely one are joined until none are.
 * @param recordings frames of each, null where nobody can be told
 * @returns the number of the voice of each, from 1 by first appearance
 */
export function tellVoices(recordings: readonly (readonly Float64Array[] | null)[]): (number | null)[] {
  const groups = recordings.flatMap((frames, i) => (frames ? [{ members: [i], voice: voiceOf(frames) }] : []))
  const far = groups.map((a, i) => groups.map((b, j) => (j < i ? apart(a.voice, b.voice) : Infinity)))
  for (;;) {
    let [first, second, best] = [-1, -1, 0]
    for (const [i, row] of far.entries())
      for (const [j, value] of row.entries()) if (value < best) [first, second, best] = [j, i, value]
    if (first < 0) break
    const from = groups[second]!
    const into = {
      members: [...groups[first]!.members, ...from.members],
      voice: joined(groups[first]!.voice, from.voice),
    }
    groups[first] = into
    for (const [k, { members, voice }] of groups.entries()) {
      far[Math.max(k, second)]![Math.min(k, second)] = Infinity
      if (k !== first && k !== second && members.length > 0)
        far[Math.max(k, first)]![Math.min(k, first)] = apart(into.voice, voice)
    }
    from.members.length = 0
  }
  const numbers: (number | null)[] = recordings.map(() => null)
  for (const [n, { members }] of groups.filter(({ members: left }) => left.length > 0).entries())
    for (const member of members) numbers[member] = n + 1
  return numbers
}
