import type { Layer } from './net.ts'
import { model, node, tensor } from '../onnx/writer.ts'

/**
 * Integers all the way: uint8 × int8 → int32, requantised by a bit shift. With weights in [−64, 63] the 16-bit pair
 * sums of AVX2's vpmaddubsw cannot saturate (255·64·2 = 32,640 < 2¹⁵), so all CPUs agree.
 */
export function integerGraph(layers: readonly Layer[], batch: number): Uint8Array {
  const nodes: Uint8Array[] = []
  const initializers = [tensor('zero', 'int32', [], Int32Array.of(0)), tensor('top', 'uint32', [], Uint32Array.of(255))]
  let current = 'x'
  layers.forEach(({ inputs, width, weights, shift }, l) => {
    initializers.push(
      tensor(`w${l}`, 'int8', [inputs, width], weights),
      tensor(`half${l}`, 'uint32', [], Uint32Array.of(2 ** (shift - 1))),
      tensor(`shift${l}`, 'uint32', [], Uint32Array.of(shift)),
    )
    nodes.push(
      node('MatMulInteger', [current, `w${l}`], [`sum${l}`]),
      // Negative sums end at zero either way, and unsigned shifts are what ONNX has.
      node('Max', [`sum${l}`, 'zero'], [`positive${l}`]),
      node('Cast', [`positive${l}`], [`unsigned${l}`], { to: 12 }),
      node('Add', [`unsigned${l}`, `half${l}`], [`rounded${l}`]),
      node('BitShift', [`rounded${l}`, `shift${l}`], [`shifted${l}`], { direction: 'RIGHT' }),
      node('Min', [`shifted${l}`, 'top'], [`clipped${l}`]),
      node('Cast', [`clipped${l}`], [`y${l}`], { to: 2 }),
    )
    current = `y${l}`
  })
  return model({
    nodes,
    initializers,
    inputs: [{ name: 'x', type: 'uint8', dims: [batch, layers[0]!.inputs] }],
    outputs: [{ name: current, type: 'uint8', dims: [batch, layers.at(-1)!.width] }],
  })
}

/**
 * The same integers carried in fp32, for backends without integer matrix products. Exact while every partial sum stays
 * below 2²⁴: 512 inputs · 255 · 64 = 8.4·10⁶, so widths up to 512 need no splitting.
 */
export function floatGraph(layers: readonly Layer[], batch: number): Uint8Array {
  const nodes: Uint8Array[] = []
  const initializers = [
    tensor('half', 'float', [], Float32Array.of(0.5)),
    tensor('low', 'float', [], Float32Array.of(0)),
    tensor('high', 'float', [], Float32Array.of(255)),
  ]
  let current = 'x'
  layers.forEach(({ inputs, width, weights, shift }, l) => {
    initializers.push(
      tensor(`w${l}`, 'float', [inputs, width], Float32Array.from(weights)),
      tensor(`scale${l}`, 'float', [], Float32Array.of(2 ** -shift)),
    )
    nodes.push(
      node('MatMul', [current, `w${l}`], [`sum${l}`]),
      node('Mul', [`sum${l}`, `scale${l}`], [`scaled${l}`]),
      node('Add', [`scaled${l}`, 'half'], [`rounded${l}`]),
      node('Floor', [`rounded${l}`], [`floor${l}`]),
      node('Clip', [`floor${l}`, 'low', 'high'], [`y${l}`]),
    )
    current = `y${l}`
  })
  return model({
    nodes,
    initializers,
    inputs: [{ name: 'x', type: 'float', dims: [batch, layers[0]!.inputs] }],
    outputs: [{ name: current, type: 'float', dims: [batch, layers.at(-1)!.width] }],
  })
}
