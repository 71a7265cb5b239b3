import { HearthError } from '../../../common/errors/index.ts'
import { brainToFloat, halfToFloat } from '../base/half.ts'
import { frozen } from '../base/quantize.ts'
import type { FrozenTensor } from '../base/frozen.ts'
import { decodable, decodeBlocks, halfAt, scaleAndMinimum } from './ggml-decoders.ts'
import { ggmlTypes, type GgmlType } from './ggml-types.ts'

/**
 * A tensor's bytes as a frozen weight: Q8_0, Q4_0, Q4_K and half floats without loss, other types as float32. @throws
 * HearthError MODEL_UNSUPPORTED for a type that has no decoder
 */
export function fromGgml(type: GgmlType | null, raw: Uint8Array, shape: readonly number[]): FrozenTensor {
  if (shape.length > 1) {
    if (type === 'f16') return frozen('f16', shape, { '': new Uint16Array(raw.buffer) })
    if (type === 'q8_0') return int8FromQ80(raw, shape)
    if (type === 'q4_0') return fromQ40(raw, shape)
    if (type === 'q4_k') return fromQ4K(raw, shape)
  }
  return frozen('f32', shape, { '': toFloats(type, raw) })
}

function toFloats(type: GgmlType | null, raw: Uint8Array): Float32Array {
  if (type === 'f32') return new Float32Array(raw.buffer)
  if (type === 'f16') return halfToFloat(new Uint16Array(raw.buffer))
  if (type === 'bf16') return brainToFloat(new Uint16Array(raw.buffer))
  const values = type === null ? null : decodeBlocks(type, raw)
  if (values) return values
  throw new HearthError(
    'MODEL_UNSUPPORTED',
    `weights stored as ${type ?? 'an unknown type'} can be chatted with, but not trained; those that can: ` +
      `f32, f16, bf16, ${decodable.join(', ')}`,
    type === null ? {} : { type },
  )
}

const blocksIn = (type: GgmlType, raw: Uint8Array): number => raw.length / ggmlTypes[type].bytes

function int8FromQ80(raw: Uint8Array, shape: readonly number[]): FrozenTensor {
  const count = blocksIn('q8_0', raw)
  const [codes, scales] = [new Int8Array(count * 32), new Float32Array(count)]
  for (let b = 0; b < count; b++) {
    scales[b] = halfAt(raw, b * 34)
    codes.set(raw.subarray(b * 34 + 2, b * 34 + 34), b * 32)
  }
  return frozen('int8', shape, { '': codes, '.scale': scales })
}

/** GGML's byte j holds elements j and j+16; ours 2j and 2j+1. */
function fromQ40(raw: Uint8Array, shape: readonly number[]): FrozenTensor {
  const count = blocksIn('q4_0', raw)
  const [packed, scales] = [new Uint8Array(count * 16), new Float32Array(count)]
  for (let b = 0; b < count; b++) {
    const at = b * 18 + 2
    scales[b] = halfAt(raw, at - 2)
    const nibble = (i: number) => (i < 16 ? raw[at + i]! & 15 : raw[at + i - 16]! >> 4)
    for (let j = 0; j < 16; j++) packed[b * 16 + j] = nibble(2 * j) | (nibble(2 * j + 1) << 4)
  }
  return frozen('q4_0', shape, { '': packed, '.scale': scales })
}

/** A scale and an offset for every 32, of the super-block's own. */
function fromQ4K(raw: Uint8Array, shape: readonly number[]): FrozenTensor {
  const count = blocksIn('q4_k', raw)
  const [packed, scales, offsets] = [
    new Uint8Array(count * 128),
    new Float32Array(count * 8),
    new Float32Array(count * 8),
  ]
  for (let b = 0; b < count; b++) {
    const at = b * 144
    const [d, dmin] = [halfAt(raw, at), halfAt(raw, at + 2)]
    for (let k = 0; k < 8; k++) {
      const [scale, minimum] = scaleAndMinimum(raw, at + 4, k)
      scales[b * 8 + k] = Math.fround(d * scale)
      offsets[b * 8 + k] = -Math.fround(dmin * minimum)
      // Two blocks share 32 bytes: the even one has the low nibbles.
      const byte = (i: number) => raw[at + 16 + (k >> 1) * 32 + i]!
      const code = (i: number) => (k % 2 === 0 ? byte(i) & 15 : byte(i) >> 4)
      for (let j = 0; j < 16; j++) packed[(b * 8 + k) * 16 + j] = code(2 * j) | (code(2 * j + 1) << 4)
    }
  }
  return frozen('q4_k', shape, { '': packed, '.scale': scales, '.offset': offsets })
}
