import { HearthError } from '../../../common/errors/index.ts'
import { size } from '../graph/graph.ts'
import {
  blockSize,
  nf4Block,
  nf4Group,
  nf4Levels,
  partShapes,
  weightOf,
  type BaseFormat,
  type FrozenTensor,
  type Part,
  type Weights,
} from './frozen.ts'
import { floatToHalf, halfToFloat } from './half.ts'

/**
 * Quantises float32 weights [out, in]. Vectors (norms, biases) stay float32, as do matrices that do not divide into
 * blocks.
 */
export function quantize(values: Float32Array, shape: readonly number[], format: BaseFormat): FrozenTensor {
  if (shape.length !== 2 || (format !== 'f32' && format !== 'f16' && !divides(shape, format)))
    return frozen('f32', shape, { '': values })
  switch (format) {
    case 'f32':
      return frozen('f32', shape, { '': values })
    case 'f16':
      return frozen('f16', shape, { '': floatToHalf(values) })
    case 'int8':
      return toInt8(values, shape)
    case 'q4_0':
      return toQ40(values, shape)
    case 'q4_k':
      return toQ4K(values, shape)
    case 'nf4':
      return toNf4(values, shape)
  }
}

const divides = (shape: readonly number[], format: BaseFormat): boolean =>
  format === 'nf4' ? size(shape) % nf4Block === 0 && shape[1]! % blockSize === 0 : shape[1]! % blockSize === 0

/** Puts data into the shapes that the graph asks for. */
export function frozen(
  format: BaseFormat,
  shape: readonly number[],
  data: Readonly<Record<string, Part['data']>>,
): FrozenTensor {
  const shapes = partShapes(format, shape)
  return {
    format,
    shape,
    parts: Object.fromEntries(
      Object.entries(shapes).map(([suffix, part]) => [suffix, { ...part, data: data[suffix]! }]),
    ),
  }
}

/** Packs codes 0 … 15 in pairs, the even element low. */
function pack(codes: Uint8Array): Uint8Array {
  return Uint8Array.from({ length: codes.length / 2 }, (_, i) => codes[2 * i]! | (codes[2 * i + 1]! << 4))
}

const largest = (values: Float32Array): number => values.reduce((peak, value) => Math.max(peak, Math.abs(value)), 0)

/** Symmetric, scale = max/127, as GGML's Q8_0. */
function toInt8(values: Float32Array, shape: readonly number[]): FrozenTensor {
  const codes = new Int8Array(values.length)
  const scales = new Float32Array(values.length / blockSize)
  for (const [b] of scales.entries()) {
    const block = values.subarray(b * blockSize, (b + 1) * blockSize)
    const scale = Math.fround(largest(block) / 127)
    scales[b] = scale
    for (const [i, value] of block.entries()) codes[b * blockSize + i] = scale === 0 ? 0 : Math.round(value / scale)
  }
  return frozen('int8', shape, { '': codes, '.scale': scales })
}

/** GGML's Q4_0: the element of largest size maps to −8. */
function toQ40(values: Float32Array, shape: readonly number[]): FrozenTensor {
  const codes = new Uint8Array(values.length)
  const scales = new Float32Array(values.length / blockSize)
  for (const [b] of scales.entries()) {
    const block = values.subarray(b * blockSize, (b + 1) * blockSize)
    const extreme = block.reduce((peak, value) => (Math.abs(value) > Math.abs(peak) ? value : peak), 0)
    const scale = Math.fround(extreme / -8)
    scales[b] = scale
    for (const [i, value] of block.entries())
      codes[b * blockSize + i] = scale === 0 ? 8 : Math.min(15, Math.max(0, Math.round(value / scale) + 8))
  }
  return frozen('q4_0', shape, { '': pack(codes), '.scale': scales })
}

/** 4 bits with scale and offset for every 32; Q4_K files come with their own. */
function toQ4K(values: Float32Array, shape: readonly number[]): FrozenTensor {
  const codes = new Uint8Array(values.length)
  const scales = new Float32Array(values.length / blockSize)
  const offsets = new Float32Array(values.length / blockSize)
  for (const [b] of scales.entries()) {
    const block = values.subarray(b * blockSize, (b + 1) * blockSize)
    const low = block.reduce((least, value) => Math.min(least, value), 0)
    const scale = Math.fround((block.reduce((most, value) => Math.max(most, value), 0) - low) / 15)
    scales[b] = scale
    offsets[b] = low
    for (const [i, value] of block.entries())
      codes[b * blockSize + i] = scale === 0 ? 0 : Math.min(15, Math.max(0, Math.round((value - low) / scale)))
  }
  return frozen('q4_k', shape, { '': pack(codes), '.scale': scales, '.offset': offsets })
}

/** NF4 with double quantisation: the blocks' own scales are centred and kept in 8 bits by groups of 256. */
function toNf4(values: Float32Array, shape: readonly number[]): FrozenTensor {
  const blocks = values.length / nf4Block
  const absmax = Float32Array.from({ length: blocks }, (_, b) =>
    largest(values.subarray(b * nf4Block, (b + 1) * nf4Block)),
  )
  const mean = Math.fround(absmax.reduce((sum, value) => sum + value, 0) / blocks)
  const groups = new Float32Array(Math.ceil(blocks / nf4Group))
  const scales = new Uint8Array(blocks)
  for (const [k] of groups.entries()) {
    const members = absmax.subarray(k * nf4Group, (k + 1) * nf4Group)
    const group = Math.fround(members.reduce((peak, value) => Math.max(peak, Math.abs(value - mean)), 0))
    groups[k] = group
    for (const [i, value] of members.entries())
      scales[k * nf4Group + i] = 128 + (group === 0 ? 0 : Math.round(((value - mean) / group) * 127))
  }
  const codes = new Uint8Array(values.length)
  for (const [b, peak] of absmax.entries()) {
    for (let i = b * nf4Block; i < (b + 1) * nf4Block; i++) codes[i] = nearestLevel(peak === 0 ? 0 : values[i]! / peak)
  }
  return frozen('nf4', shape, { '': pack(codes), '.scale': scales, '.group': groups, '.mean': Float32Array.of(mean) })
}

function nearestLevel(value: number): number {
  let best = 0
  for (let i = 1; i < 16; i++) if (Math.abs(nf4Levels[i]! - value) < Math.abs(nf4Levels[best]! - value)) best = i
  return best
}

/** Rows `from` to `to` of a frozen weight as float32. */
export function dequantize(weight: FrozenTensor, from = 0, to = weight.shape[0]!): Float32Array {
  const columns = weight.shape[1] ?? 1
  const part = (suffix: string) => weight.parts[suffix]!.data
  const [start, end] = [from * columns, to * columns]
  const nibble = (i: number) => (i % 2 === 0 ? part('')[i >> 1]! & 15 : part('')[i >> 1]! >> 4)
  const each = (value: (i: number) => number) => Float32Array.from({ length: end - start }, (_, i) => value(start + i))
  const scaleOf = (i: number) => part('.scale')[Math.floor(i / blockSize)]!
  switch (weight.format) {
    case 'f32':
      return (part('') as Float32Array).subarray(start, end)
    case 'f16':
      return halfToFloat((part('') as Uint16Array).subarray(start, end))
    case 'int8':
      return each((i) => part('')[i]! * scaleOf(i))
    case 'q4_0':
      return each((i) => (nibble(i) - 8) * scaleOf(i))
    case 'q4_k':
      return each((i) => Math.fround(nibble(i) * scaleOf(i)) + part('.offset')[Math.floor(i / blockSize)]!)
    case 'nf4':
      return each((i) => {
        const block = Math.floor(i / nf4Block)
        const code = Math.fround((part('.scale')[block]! - 128) * Math.fround(1 / 127))
        return (
          nf4Levels[nibble(i)]! *
          Math.fround(Math.fround(code * part('.group')[Math.floor(block / nf4Group)]!) + part('.mean')[0]!)
        )
      })
  }
}

/** Rows of an embedding, [ids, width]. */
export function embeddingRows(weights: Weights, name: string, ids: ArrayLike<number>): Float32Array {
  const table = weightOf(weights, name)
  const width = table.shape[1] ?? 1
  const rows = new Float32Array(ids.length * width)
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i]!
    rows.set(dequantize(table, id, id + 1), i * width)
  }
  return rows
}

/** Refuses weights that would spoil every step: one NaN or infinity spreads through the whole model. */
export function assertFinite(values: Float32Array, name: string): void {
  const at = values.findIndex((value) => !Number.isFinite(value))
  if (at >= 0)
    throw new HearthError('MODEL_BROKEN', `weight ${name} must be finite, got ${values[at]} at position ${at}`, {
      file: name,
    })
}
