/** A low-rank change of one matrix: factor·B·A with A [rank, inputs] and B [outputs, rank]. */
export interface LowRank {
  readonly rank: number
  readonly factor: number
  readonly a: Float32Array
  readonly b: Float32Array
  /** DoRA's lengths of the rows, [outputs]; null for plain LoRA. */
  readonly magnitudes: Float32Array | null
}

/** An adapter from a file, as what it changes in its base: all by the full names of weights, as [out, in]. */
export interface ImportedAdapter {
  readonly baseName: string
  readonly alpha: number
  readonly lowRank: ReadonlyMap<string, LowRank>
  /** Weights that take the place of the base's. */
  readonly replaced: ReadonlyMap<string, Float32Array>
  /** Vectors that are added to the base's biases. */
  readonly added: ReadonlyMap<string, Float32Array>
  /** True where the base's head is its embedding and the adapter makes two of them. */
  readonly untied: boolean
  /** A trained classification head: its weights in the file's order. */
  readonly head: readonly { readonly name: string; readonly shape: readonly number[]; readonly data: Float32Array }[]
}

/** Changes one float32 weight of the base in place as the adapter says; leaves other weights as they are. */
export function applyTo(weight: Float32Array, name: string, { lowRank, replaced, added }: ImportedAdapter): void {
  const other = replaced.get(name)
  if (other) weight.set(other)
  const extra = added.get(name)
  if (extra) for (let i = 0; i < weight.length; i++) weight[i] = (weight[i] ?? 0) + (extra[i] ?? 0)
  const change = lowRank.get(name)
  if (change) addLowRank(weight, change)
}

/** W + factor·B·A; for DoRA with its rows scaled to the trained magnitudes. */
function addLowRank(weight: Float32Array, { rank, factor, a, b, magnitudes }: LowRank): void {
  const inputs = a.length / rank
  const outputs = b.length / rank
  const row = new Float64Array(inputs)
  for (let o = 0; o < outputs; o++) {
    for (let i = 0; i < inputs; i++) {
      let sum = 0
      for (let r = 0; r < rank; r++) sum += (b[o * rank + r] ?? 0) * (a[r * inputs + i] ?? 0)
      row[i] = (weight[o * inputs + i] ?? 0) + factor * sum
    }
    const magnitude = magnitudes?.[o]
    const ratio =
      magnitude === undefined ? 1 : magnitude / Math.sqrt(row.reduce((sum, value) => sum + value * value, 0))
    for (let i = 0; i < inputs; i++) weight[o * inputs + i] = (row[i] ?? 0) * ratio
  }
}
