import type { Backend } from '../../../common/children/exact-inference.ts'

/** Operators that a backend computes fast and correctly. */
export interface OpProfile {
  readonly backend: Backend
  /** FusedMatMul transposes and scales for free; WebGPU lacks it and would fall back to the CPU. */
  readonly fusedMatMul: boolean
  /** WebGPU's SimplifiedLayerNormalization leaves its second output, which the gradient needs, uncomputed. */
  readonly fusedNorm: boolean
  /** RotaryEmbedding does in one pass the work of six operators. */
  readonly fusedRotary: boolean
  /** BitwiseAnd and BitShift unpack nibbles on the CPU; WebGPU lacks them and has GatherBlockQuantized. */
  readonly bitwise: boolean
}

export const profiles: Readonly<Record<Backend, OpProfile>> = {
  cpu: { backend: 'cpu', fusedMatMul: true, fusedNorm: true, fusedRotary: true, bitwise: true },
  webgpu: { backend: 'webgpu', fusedMatMul: false, fusedNorm: false, fusedRotary: false, bitwise: false },
}
