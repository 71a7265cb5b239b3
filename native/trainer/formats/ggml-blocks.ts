import { brainToFloat, halfToFloat } from '../base/half.ts'
import { frozen } from '../base/quantize.ts'
import type { FrozenTensor } from '../base/frozen.ts'
import { ggmlTypes, type GgmlType } from './gguf.ts'

/** Decoders of GGML's block formats (ggml-quants.c). */
const halfAt = (view: DataView, at: number): number => halfToFloat(Uint16Array.of(view.getUint16(at, true)))[0]!

/** A tensor's bytes as a frozen weight: Q8_0, Q4_0, Q4_K and half floats without loss, other types as float32. */
export function fromGgml(type: GgmlType, raw: Uint8Array, shape: readonly number[]): FrozenTensor {
  if (shape.length === 1 || type === 'f32' || type === 'bf16' || type === 'q6_k')
    return frozen('f32', shape, { '': toFloats(type, raw) })
  switch (type) {
    case 'f16':
      return frozen('f16', shape, { '': new Uint16Array(raw.buffer) })
    case 'q8_0':
      return int8FromQ80(raw, shape)
    case 'q4_0':
      return fromQ40(raw, shape)
    case 'q4_k':
      return fromQ4K(raw, shape)
  }
}

function toFloats(type: GgmlType, raw: Uint8Array): Float32Array {
  switch (type) {
    case 'f32':
      return new Float32Array(raw.buffer)
    case 'f16':
      return halfToFloat(new Uint16Array(raw.buffer))
    case 'bf16':
      return brainToFloat(new Uint16Array(raw.buffer))
    case 'q6_k':
      return fromQ6K(raw)
    case 'q8_0':
    case 'q4_0':
    case 'q4_k':
      throw new Error(`vectors are not stored as ${type}`)
  }
}

const blocksOf = (
  type: GgmlType,
  raw: Uint8Array,
): { count: number; view: DataView; start: (block: number) => number } => ({
  count: raw.length / ggmlTypes[type].bytes,
  view: new DataView(raw.buffer, raw.byteOffset, raw.byteLength),
  start: (block) => block * ggmlTypes[type].bytes,
})

function int8FromQ80(raw: Uint8Array, shape: readonly number[]): FrozenTensor {
  const { count, view, start } = blocksOf('q8_0', raw)
  const [codes, scales] = [new Int8Array(count * 32), new Float32Array(count)]
  for (let b = 0; b < count; b++) {
    scales[b] = halfAt(view, start(b))
    for (let i = 0; i < 32; i++) codes[b * 32 + i] = view.getInt8(start(b) + 2 + i)
  }
  return frozen('int8', shape, { '': codes, '.scale': scales })
}

/** GGML's byte j holds elements j and j+16; ours 2j and 2j+1. */
function fromQ40(raw: Uint8Array, shape: readonly number[]): FrozenTensor {
  const { count, view, start } = blocksOf('q4_0', raw)
  const [packed, scales] = [new Uint8Array(count * 16), new Float32Array(count)]
  const nibble = (b: number, i: number) => (i < 16 ? raw[start(b) + 2 + i]! & 15 : raw[start(b) + 2 + i - 16]! >> 4)
  for (let b = 0; b < count; b++) {
    scales[b] = halfAt(view, start(b))
    for (let j = 0; j < 16; j++) packed[b * 16 + j] = nibble(b, 2 * j) | (nibble(b, 2 * j + 1) << 4)
  }
  return frozen('q4_0', shape, { '': packed, '.scale': scales })
}

/** Super-blocks of 256: eight blocks of 32 with 6-bit scales and minima; value = d·scale·q − dmin·min. */
function fromQ4K(raw: Uint8Array, shape: readonly number[]): FrozenTensor {
  const { count, view, start } = blocksOf('q4_k', raw)
  const [packed, scales, offsets] = [
    new Uint8Array(count * 128),
    new Float32Array(count * 8),
    new Float32Array(count * 8),
  ]
  for (let b = 0; b < count; b++) {
    const at = start(b)
    const [d, dmin] = [halfAt(view, at), halfAt(view, at + 2)]
    const six = (i: number) => raw[at + 4 + i]!
    for (let k = 0; k < 8; k++) {
      const [scale, minimum] =
        k < 4
          ? [six(k) & 63, six(k + 4) & 63]
          : [(six(k + 4) & 15) | ((six(k - 4) >> 6) << 4), (six(k + 4) >> 4) | ((six(k) >> 6) << 4)]
      scales[b * 8 + k] = Math.fround(d * scale)
      offsets[b * 8 + k] = -Math.fround(dmin * minimum)
      // Two blocks share 32 bytes: the even one has the low nibbles.
      const code = (i: number) =>
        k % 2 === 0 ? raw[at + 16 + (k >> 1) * 32 + i]! & 15 : raw[at + 16 + (k >> 1) * 32 + i]! >> 4
      for (let j = 0; j < 16; j++) packed[(b * 8 + k) * 16 + j] = code(2 * j) | (code(2 * j + 1) << 4)
    }
  }
  return frozen('q4_k', shape, { '': packed, '.scale': scales, '.offset': offsets })
}

/** Super-blocks of 256: 4 low and 2 high bits an element, 16 int8 scales, one half-float scale over all. */
function fromQ6K(raw: Uint8Array): Float32Array {
  const { count, view, start } = blocksOf('q6_k', raw)
  const values = new Float32Array(count * 256)
  for (let b = 0; b < count; b++) {
    const at = start(b)
    const d = halfAt(view, at + 208)
    for (let half = 0; half < 2; half++) {
      for (let i = 0; i < 32; i++) {
        const [low, low2, high] = [
          raw[at + half * 64 + i]!,
          raw[at + half * 64 + 32 + i]!,
          raw[at + 128 + half * 32 + i]!,
        ]
        const codes = [
          (low & 15) | ((high & 3) << 4),
          (low2 & 15) | (((high >> 2) & 3) << 4),
          (low >> 4) | (((high >> 4) & 3) << 4),
          (low2 >> 4) | (((high >> 6) & 3) << 4),
        ]
        for (const [quarter, code] of codes.entries()) {
          const scale = view.getInt8(at + 192 + half * 8 + quarter * 2 + (i >> 4))
          values[b * 256 + half * 128 + quarter * 32 + i] = Math.fround(d * scale) * (code - 32)
        }
      }
    }
  }
  return values
}
