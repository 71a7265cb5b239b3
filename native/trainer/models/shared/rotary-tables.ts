import type { RotaryTables } from '../../graph/rotary.ts'

/** Plain rotary frequencies: θ^(−2j/headSize), float32 as in transformers. */
export const rotaryFrequencies = (theta: number, headSize: number): Float32Array =>
  Float32Array.from({ length: headSize / 2 }, (_, j) => 1 / Math.fround(theta ** ((2 * j) / headSize)))

/**
 * The cosines and sines of rotary positions. ECMAScript does not specify pow, cos and sin to the bit, so a recipe holds
 * the tables' hash, and an engine that computes other tables refuses the work.
 * @param divisors of each frequency; 1 for models without scaling
 */
export function rotaryTables(frequencies: Float32Array, divisors: Float64Array, positions: number): RotaryTables {
  const half = frequencies.length
  const cos = new Float32Array(positions * half)
  const sin = new Float32Array(positions * half)
  for (let j = 0; j < half; j++) {
    // float32 as in transformers: the angle is rounded before its cosine is taken.
    const frequency = Math.fround(frequencies[j]! / divisors[j]!)
    for (let t = 0; t < positions; t++) {
      const angle = Math.fround(t * frequency)
      cos[t * half + j] = Math.cos(angle)
      sin[t * half + j] = Math.sin(angle)
    }
  }
  return { cos, sin, positions, half }
}
