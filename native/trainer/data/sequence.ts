/** One training sequence of a fixed number of tokens: packed samples, or a single one to classify. */
export interface Sequence {
  readonly ids: Int32Array
  /** The next token, where it is learnt; else NO_LABEL. */
  readonly targets: Int32Array
  /** The packed sample of each token, counted from 1; 0 is padding. */
  readonly segments: Uint16Array
  readonly types: Uint8Array
  /** The class, for classification; else NO_LABEL. */
  readonly label: number
}

export const NO_LABEL = -1

/** Tokens of one sample, ready to be packed. */
export interface TokenizedSample {
  readonly ids: readonly number[]
  readonly types: readonly number[]
  /** True for tokens to predict from those before them. */
  readonly learnt: readonly boolean[]
  readonly label: number
}

/** Number of half-filled sequences that stay open for further samples. */
const OPEN_SEQUENCES = 16

/** Packs each sample into the first sequence where it fits; the result depends only on the order of the samples. */
export function* pack(samples: Iterable<TokenizedSample>, length: number): Generator<Sequence> {
  const open: TokenizedSample[][] = []
  const used = (members: readonly TokenizedSample[]) => members.reduce((sum, { ids }) => sum + ids.length, 0)
  for (const sample of samples) {
    const place = open.find((members) => used(members) + sample.ids.length <= length)
    if (place) place.push(sample)
    else {
      open.push([sample])
      if (open.length > OPEN_SEQUENCES) yield join(open.shift()!, length)
    }
  }
  for (const members of open) yield join(members, length)
}

/** Concatenates samples. A token's target is the next token of its own sample. */
export function join(samples: readonly TokenizedSample[], length: number): Sequence {
  const ids = new Int32Array(length)
  const targets = new Int32Array(length).fill(NO_LABEL)
  const segments = new Uint16Array(length)
  const types = new Uint8Array(length)
  let at = 0
  for (const [k, sample] of samples.entries()) {
    for (const [i, id] of sample.ids.entries()) {
      ids[at + i] = id
      segments[at + i] = k + 1
      types[at + i] = sample.types[i]!
      if (i > 0 && sample.learnt[i]) targets[at + i - 1] = id
    }
    at += sample.ids.length
  }
  return { ids, targets, segments, types, label: samples[0]?.label ?? NO_LABEL }
}
