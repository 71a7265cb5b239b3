import { createHash } from 'node:crypto'
import type { Recipe } from '../../../common/model/recipe.ts'

/** The learning rate of each step: a linear rise, then a cosine or a line down to zero, or none. */
export function learningRates({
  steps,
  schedule: { kind, warmup },
  optimiser: { learningRate },
}: Pick<Recipe, 'steps' | 'schedule' | 'optimiser'>): Float64Array {
  return Float64Array.from({ length: steps }, (_, step) => {
    if (step < warmup) return (learningRate * (step + 1)) / (warmup + 1)
    const passed = (step - warmup) / (steps - warmup)
    return (
      learningRate * (kind === 'cosine' ? (1 + Math.cos(Math.PI * passed)) / 2 : kind === 'linear' ? 1 - passed : 1)
    )
  })
}

/** A recipe holds the table's hash, because cos is not specified to the bit. */
export const hashSchedule = (rates: Float64Array): string =>
  createHash('sha256').update(new Uint8Array(rates.buffer)).digest('hex')
