import type { RotaryTables } from '../graph/rotary.ts'

/**
 * The cosines and sines of rotary positions. ECMAScript does not fix pow, cos and sin to the bit, so a recipe holds the
 * tables' hash, and an engine that computes others refuses the work.
 */
export function rotaryTables(theta: number, headSize: number, positions: number): RotaryTables {
  const half = headSize / 2
  const cos = new Float32Array(positions * half)
  const sin = new Float32Array(positions * half)
  for (let j = 0; j < half; j++) {
    // float32 as in transformers: the angle is rounded before its cosine is taken.
    const frequency = Math.fround(1 / Math.fround(theta ** ((2 * j) / headSize)))
    for (let t = 0; t < positions; t++) {
      const angle = Math.fround(t * frequency)
      cos[t * half + j] = Math.cos(angle)
      sin[t * half + j] = Math.sin(angle)
    }
  }
  return { cos, sin, positions, half }
}
