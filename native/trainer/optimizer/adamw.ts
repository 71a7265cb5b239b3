import type { Recipe } from '../../../common/model/recipe.ts'

/** Parameters with Adam's first and second moments. */
export interface OptimiserState {
  readonly parameters: Float32Array
  readonly first: Float32Array
  readonly second: Float32Array
}

/** β^t by multiplications, which IEEE 754 specifies to the bit; Math.pow may differ between machines. */
function power(base: number, exponent: number): number {
  let [result, square] = [1, base]
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result *= square
    square *= square
  }
  return result
}

/** Euclidean length, in float64 and in order. */
export function length(gradient: Float32Array): number {
  let sum = 0
  for (const value of gradient) sum += value * value
  return Math.sqrt(sum)
}

/**
 * One step of AdamW (Loshchilov and Hutter 2019), in place. Computed in float64 and rounded to float32 once per value,
 * so the result is the same on every machine.
 * @param step counted from 1
 * @returns the gradient's length before clipping
 */
export function adamw(
  { parameters, first, second }: OptimiserState,
  gradient: Float32Array,
  step: number,
  learningRate: number,
  settings: Recipe['optimiser'],
): number {
  const { beta1, beta2, epsilon, weightDecay, clip } = settings
  const norm = length(gradient)
  const factor = clip !== null && norm > clip ? clip / norm : 1
  const correct1 = 1 - power(beta1, step)
  const correct2 = 1 - power(beta2, step)
  for (let i = 0; i < parameters.length; i++) {
    const g = gradient[i]! * factor
    const m = (first[i] = beta1 * first[i]! + (1 - beta1) * g)
    const v = (second[i] = beta2 * second[i]! + (1 - beta2) * g * g)
    const value = parameters[i]!
    parameters[i] = value - learningRate * (weightDecay * value + m / correct1 / (Math.sqrt(v / correct2) + epsilon))
  }
  return norm
}
