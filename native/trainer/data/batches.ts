import type { Recipe } from '../../../common/model/recipe.ts'
import { Random } from '../random.ts'
import type { Batch } from './batch.ts'
import type { PreparedData } from './prepared-file.ts'
import { NO_LABEL, type Sequence } from './sequence.ts'

type Choice = Pick<Recipe, 'batch' | 'classes'>

/** The sequences of each step: shuffled for each pass, a function of only the recipe's seed and the step. */
export class BatchOrder {
  readonly #recipe: Choice
  readonly #training: number
  readonly #passes = new Map<number, readonly number[]>()

  constructor(recipe: Choice, data: PreparedData) {
    this.#recipe = recipe
    this.#training = data.sequences.length - data.heldOut
  }

  /** Indexes by micro-batch. */
  of(step: number): number[][] {
    const { sequences, accumulation } = this.#recipe.batch
    const first = step * sequences * accumulation
    return Array.from({ length: accumulation }, (_, micro) =>
      Array.from({ length: sequences }, (_, i) => this.#at(first + micro * sequences + i)),
    )
  }

  #at(position: number): number {
    const pass = Math.floor(position / this.#training)
    let order = this.#passes.get(pass)
    if (!order) {
      order = new Random(`${this.#recipe.batch.seed}/pass/${pass}`).shuffle(
        Array.from({ length: this.#training }, (_, i) => i),
      )
      // A step reads only neighbouring passes.
      if (this.#passes.size > 2) this.#passes.clear()
      this.#passes.set(pass, order)
    }
    return order[position % this.#training]!
  }
}

/** The micro-batches of a step; all labels of the step have the same weight. */
export function batchesOf(
  groups: readonly (readonly number[])[],
  data: PreparedData,
  classes: number | null,
  pool: 'first' | 'last',
): Batch[] {
  const chosen = groups.map((group) => group.map((i) => data.sequences[i]!))
  const labels =
    classes === null
      ? chosen
          .flat()
          .reduce((sum, { targets }) => sum + targets.reduce((n, target) => n + Number(target !== NO_LABEL), 0), 0)
      : chosen.flat().length
  return chosen.map((sequences) => batchOf(sequences, classes, pool, 1 / Math.max(1, labels)))
}

function batchOf(
  sequences: readonly Sequence[],
  classes: number | null,
  pool: 'first' | 'last',
  weight: number,
): Batch {
  const length = sequences[0]!.ids.length
  const join = <A extends Int32Array | Uint16Array | Uint8Array>(out: A, part: (sequence: Sequence) => A): A => {
    for (const [i, sequence] of sequences.entries()) out.set(part(sequence), i * length)
    return out
  }
  const size = sequences.length * length
  const targets = join(new Int32Array(size), ({ targets: own }) => own)
  return {
    ids: join(new Int32Array(size), ({ ids }) => ids),
    positions: join(new Int32Array(size), ({ segments }) => positions(segments)),
    segments: join(new Uint16Array(size), ({ segments }) => segments),
    types: join(new Uint8Array(size), ({ types }) => types),
    labels:
      classes === null
        ? targets.map((target) => Math.max(0, target))
        : Int32Array.from(sequences, ({ label }) => label),
    weights:
      classes === null
        ? Float32Array.from(targets, (target) => (target === NO_LABEL ? 0 : weight))
        : new Float32Array(sequences.length).fill(weight),
    pool:
      classes === null
        ? new Int32Array(0)
        : Int32Array.from(sequences, ({ segments }) => (pool === 'first' ? 0 : Math.max(0, segments.lastIndexOf(1)))),
  }
}

/** Each packed sample counts its tokens from 0. */
function positions(segments: Uint16Array): Int32Array {
  let start = 0
  return Int32Array.from(segments, (segment, i) => {
    if (i > 0 && segment !== segments[i - 1]) start = i
    return i - start
  })
}
