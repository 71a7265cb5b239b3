import { changesLayer, type LoraMethod } from '../../../common/model/recipe.ts'
import { HearthError } from '../../../common/errors/index.ts'
import { layersOf, type Architecture, type Module } from '../models/architecture.ts'
import { add, div, mul, scale, sqrt, sub } from '../graph/arithmetic.ts'
import { untracked, type Graph, type Value } from '../graph/graph.ts'
import { matmul } from '../graph/matmul.ts'
import { reshape, sum } from '../graph/shape.ts'
import { frozenModel, type Adapter, type ParameterSpec } from './adapter.ts'

/**
 * LoRA (Hu et al. 2021): y += (alpha/r)·B·A·x with A [r, in] and B [out, r]; over an NF4 base it is QLoRA. DoRA (Liu et
 * al. 2024) scales each row of W + (alpha/r)·B·A to a trained magnitude; the row's length counts as a constant in the
 * gradient (section 4.3).
 * @throws HearthError BAD_RECIPE for layers that the model does not have
 */
export function lora(method: LoraMethod, architecture: Architecture): Adapter {
  const count = layersOf(architecture).length
  const beyond = method.layers?.find((index) => index >= count)
  if (beyond !== undefined)
    throw new HearthError('BAD_RECIPE', `there is no layer ${beyond}: the model has ${count} layers, counted from 0`, {
      field: 'method.layers',
    })
  const factor = method.alpha / method.rank
  const magnitudes = method.kind === 'dora'
  const parameters = (module: string, shape: Module | undefined): ParameterSpec[] => {
    if (!shape) return []
    const { inputs, outputs } = shape
    return [
      // Kaiming with a = √5, as in PEFT.
      {
        name: `${module}.lora_A`,
        shape: [method.rank, inputs],
        initializer: { kind: 'uniform', bound: 1 / Math.sqrt(inputs) },
      },
      { name: `${module}.lora_B`, shape: [outputs, method.rank], initializer: { kind: 'zero' } },
      ...(magnitudes
        ? [
            {
              name: `${module}.lora_magnitude_vector`,
              shape: [outputs],
              initializer: { kind: 'row-length', weight: `${module}.weight` },
            } as const,
          ]
        : []),
    ]
  }
  return {
    ...frozenModel,
    layer: ({ modules }) => method.targets.flatMap((module) => parameters(module, modules[module])),
    adapts: (index) => changesLayer(method, index),
    linear(scope, x, y, module) {
      if (!method.targets.includes(module)) return y
      const { g } = scope
      const [a, b] = [scope.parameter(`${module}.lora_A`), scope.parameter(`${module}.lora_B`)]
      const low = matmul(g, scope.dropout(x, module), a, { transB: true })
      const delta = matmul(g, low, b, { transB: true, alpha: factor })
      if (!magnitudes) return add(g, y, delta)
      const w = scope.weight(`${module}.weight`)
      const ratio = div(
        g,
        scope.parameter(`${module}.lora_magnitude_vector`),
        rowLengths(g, w, untracked(a), untracked(b), factor),
      )
      if (method.dropout === 0) return mul(g, add(g, y, delta), ratio)
      // With dropout the base sees all of x: y + (ratio − 1)·W·x' would differ, so this is PEFT's form.
      const dropped = matmul(g, scope.dropout(x, module), w, { transB: true })
      return add(g, add(g, y, mul(g, sub(g, ratio, g.scalar(1)), dropped)), mul(g, delta, ratio))
    },
  }
}

/** ‖W + factor·B·A‖ by rows, [out], without computing the sum: ‖W‖² + 2·factor·W·(BA) + factor²·‖BA‖². */
function rowLengths(g: Graph, w: Value, a: Value, b: Value, factor: number): Value {
  const rows = (x: Value, y: Value) => sum(g, mul(g, x, y), [1])
  const own = rows(w, w)
  const cross = rows(matmul(g, w, a, { transB: true }), b)
  const added = rows(matmul(g, b, matmul(g, a, a, { transB: true })), b)
  const squared = add(g, own, add(g, scale(g, cross, 2 * factor), scale(g, added, factor * factor)))
  return reshape(g, sqrt(g, squared), [w.shape[0]!])
}
