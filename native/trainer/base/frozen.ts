import type { BaseFormat } from '../../../common/model/recipe.ts'
import type { DataType } from '../../onnx/writer.ts'
import { add, mul } from '../graph/arithmetic.ts'
import { size, type Graph, type Value } from '../graph/graph.ts'
import { reshape } from '../graph/shape.ts'

/** Storage format of a frozen weight. Activations and gradients are float32 with each format. */
export type { BaseFormat } from '../../../common/model/recipe.ts'

/** Elements that share a scale, along a row of [out, in]. */
export const blockSize = 32
/** NF4 normalises 64 elements at once, and 256 of those scales (QLoRA, Dettmers et al. 2023, section 3). */
export const nf4Block = 64
export const nf4Group = 256

/** The quantiles of a standard normal distribution that NF4 rounds to (QLoRA, appendix E). */
export const nf4Levels = Float32Array.of(
  -1,
  -0.6961928009986877,
  -0.5250730514526367,
  -0.39491748809814453,
  -0.28444138169288635,
  -0.18477343022823334,
  -0.09105003625154495,
  0,
  0.07958029955625534,
  0.16093020141124725,
  0.24611230194568634,
  0.33791524171829224,
  0.44070982933044434,
  0.5626170039176941,
  0.7229568362236023,
  1,
)

export interface Part {
  readonly type: DataType
  readonly dims: readonly number[]
  readonly data: Float32Array | Uint16Array | Uint8Array | Int8Array
}

/** A frozen weight of shape [out, in] or [n]; `parts` are the graph's inputs, by the suffix of the input's name. */
export interface FrozenTensor {
  readonly format: BaseFormat
  readonly shape: readonly number[]
  readonly parts: Readonly<Record<string, Part>>
}

/** A model's frozen weights by their full names. */
export type Weights = ReadonlyMap<string, FrozenTensor>

export function weightOf(weights: Weights, name: string): FrozenTensor {
  const weight = weights.get(name)
  if (!weight) throw new Error(`no weight ${name}`)
  return weight
}

/** The inputs that a frozen weight of a format is fed through, by suffix: element type and shape. */
export function partShapes(
  format: BaseFormat,
  shape: readonly number[],
): Readonly<Record<string, { type: DataType; dims: readonly number[] }>> {
  const count = size(shape)
  const [rows, columns] = [shape[0]!, shape[1] ?? 1]
  const scale = { type: 'float', dims: [rows, columns / blockSize] } as const
  const nibbles = { type: 'uint8', dims: [rows, columns / 2] } as const
  switch (format) {
    case 'f32':
      return { '': { type: 'float', dims: shape } }
    case 'f16':
      return { '': { type: 'float16', dims: shape } }
    case 'int8':
      return { '': { type: 'int8', dims: shape }, '.scale': scale }
    case 'q4_0':
      return { '': nibbles, '.scale': scale }
    case 'q4_k':
      return { '': nibbles, '.scale': scale, '.offset': scale }
    case 'nf4': {
      const blocks = count / nf4Block
      return {
        '': nibbles,
        '.scale': { type: 'uint8', dims: [blocks] },
        '.group': { type: 'float', dims: [Math.ceil(blocks / nf4Group), 1] },
        '.mean': { type: 'float', dims: [1] },
      }
    }
  }
}

/**
 * float32 [rows, columns] of 0 … 15, minus `zero`, from nibbles: byte j holds elements 2j (low) and 2j+1 (high).
 */
function unpack(g: Graph, packed: Value, rows: number, columns: number, zero = 0): Value {
  const shape = [rows, columns]
  if (g.profile.bitwise) {
    const mask = g.table('nibble.mask', 'uint8', [], () => Uint8Array.of(15))
    const four = g.table('nibble.shift', 'uint8', [], () => Uint8Array.of(4))
    const half = [rows, columns / 2, 1]
    const low = g.op('BitwiseAnd', [packed, mask], packed.shape, { type: 'uint8' })
    const high = g.op('BitShift', [packed, four], packed.shape, { type: 'uint8', attributes: { direction: 'RIGHT' } })
    const pairs = g.op('Concat', [reshape(g, low, half), reshape(g, high, half)], [rows, columns / 2, 2], {
      type: 'uint8',
      attributes: { axis: 2 },
    })
    const codes = reshape(g, pairs, shape)
    if (zero === 0) return g.op('Cast', [codes], shape, { attributes: { to: 1 } })
    // Widens and subtracts in one pass, exactly.
    return g.op(
      'DequantizeLinear',
      [codes, g.scalar(1), g.table(`nibble.${zero}`, 'uint8', [], () => Uint8Array.of(zero))],
      shape,
    )
  }
  const ones = g.table(`ones${rows}x${columns / blockSize}`, 'float', [rows, columns / blockSize], () =>
    new Float32Array((rows * columns) / blockSize).fill(1),
  )
  return add(g, gatherQuantized(g, packed, ones, rows, columns), g.scalar(8 - zero))
}

/** (nibble − 8) · scale by onnxruntime's own operator, which takes packed bytes as a graph input. */
function gatherQuantized(g: Graph, packed: Value, scale: Value, rows: number, columns: number): Value {
  const all = g.table(`rows${rows}`, 'int64', [rows], () => BigInt64Array.from({ length: rows }, (_, i) => BigInt(i)))
  return g.op('GatherBlockQuantized', [packed, all, scale], [rows, columns], {
    attributes: { gather_axis: 0, quantize_axis: 1, block_size: blockSize, bits: 4 },
    domain: 'com.microsoft',
  })
}

/** blocks [rows, columns] times a scale (and plus an offset) for every 32 of a row. */
function scaled(g: Graph, codes: Value, scale: Value, offset?: Value): Value {
  const [rows, columns] = codes.shape as [number, number]
  const [blocks, column] = [
    [rows, columns / blockSize, blockSize],
    [rows, columns / blockSize, 1],
  ]
  const product = mul(g, reshape(g, codes, blocks), reshape(g, scale, column))
  return reshape(g, offset ? add(g, product, reshape(g, offset, column)) : product, codes.shape)
}

/** Adds the inputs of a frozen weight to a graph, and the operators that turn them into float32 of `shape`. */
export function frozenWeight(g: Graph, name: string, format: BaseFormat, shape: readonly number[]): Value {
  const parts = Object.fromEntries(
    Object.entries(partShapes(format, shape)).map(([suffix, { type, dims }]) => [
      suffix,
      g.input(name + suffix, type, dims),
    ]),
  )
  const [codes, scale] = [parts['']!, parts['.scale']!]
  const [rows, columns] = shape as [number, number]
  const cast = (x: Value) => g.op('Cast', [x], x.shape, { attributes: { to: 1 } })
  switch (format) {
    case 'f32':
      return codes
    case 'f16':
      return cast(codes)
    case 'int8':
      return scaled(g, cast(codes), scale)
    case 'q4_0':
      return g.profile.bitwise
        ? scaled(g, unpack(g, codes, rows, columns, 8), scale)
        : gatherQuantized(g, codes, scale, rows, columns)
    case 'q4_k':
      return scaled(g, unpack(g, codes, rows, columns), scale, parts['.offset'])
    case 'nf4': {
      const blocks = size(shape) / nf4Block
      const levels = g.table('nf4', 'float', [16], () => nf4Levels)
      const index = g.op('Cast', [unpack(g, codes, rows, columns)], shape, { type: 'int32', attributes: { to: 6 } })
      const unit = g.op('Gather', [levels, index], shape, { attributes: { axis: 0 } })
      // absmax = code/127 · group + mean, with the code stored plus 128.
      const code = mul(g, add(g, cast(scale), g.scalar(-128)), g.scalar(1 / 127))
      const padded = Math.ceil(blocks / nf4Group) * nf4Group
      const grouped = padded === blocks ? code : g.op('Pad', [code, g.ints([0, padded - blocks])], [padded])
      const absmax = add(
        g,
        reshape(g, mul(g, reshape(g, grouped, [padded / nf4Group, nf4Group]), parts['.group']!), [padded]),
        parts['.mean']!,
      )
      const exact =
        padded === blocks ? absmax : g.op('Slice', [absmax, g.ints([0]), g.ints([blocks]), g.ints([0])], [blocks])
      return reshape(g, mul(g, reshape(g, unit, [blocks, nf4Block]), reshape(g, exact, [blocks, 1])), shape)
    }
  }
}
