import * as z from 'zod'
import { geluErf, geluTanh, silu } from '../../graph/activation.ts'
import type { Graph, Value } from '../../graph/graph.ts'

/** Activation functions by their names in config.json (transformers' ACT2FN). */
const activations = {
  silu,
  swish: silu,
  gelu: geluErf,
  gelu_python: geluErf,
  gelu_new: geluTanh,
  gelu_fast: geluTanh,
  gelu_pytorch_tanh: geluTanh,
} as const satisfies Record<string, (g: Graph, x: Value) => Value>

type ActivationName = keyof typeof activations

export const Activation = z.enum(Object.keys(activations) as [ActivationName, ...ActivationName[]])

export const activationOf = (name: ActivationName): ((g: Graph, x: Value) => Value) => activations[name]
