import type { Layer } from './net.ts'

/** The net in plain integer arithmetic, for rechecks and known answers. Shares no code with the backends on purpose. */
export function referenceRow(layers: readonly Layer[], row: Uint8Array): Uint8Array {
  let activations = row
  for (const { inputs, width, weights, shift } of layers) {
    const sums = new Int32Array(width)
    for (let k = 0; k < inputs; k++) {
      const x = activations[k]!
      if (x === 0) continue
      const at = k * width
      for (let n = 0; n < width; n++) sums[n] = sums[n]! + x * weights[at + n]!
    }
    const half = 1 << (shift - 1)
    activations = Uint8Array.from(sums, (sum) => Math.min(255, Math.max(0, (sum + half) >> shift)))
  }
  return activations
}
