import type { BottleneckMethod } from '../../../common/model/recipe.ts'
import type { Architecture } from '../models/architecture.ts'
import { geluTanh } from '../graph/activation.ts'
import { add } from '../graph/arithmetic.ts'
import type { Value } from '../graph/graph.ts'
import { matmul } from '../graph/matmul.ts'
import { frozenModel, type Adapter, type ParameterSpec } from './adapter.ts'

/**
 * Bottleneck adapters (Houlsby et al. 2019): y + up(gelu(down(y))) after each sublayer, initialised as the identity.
 * GELU by tanh is the nonlinearity of the authors' own code.
 */
export function bottleneck(method: BottleneckMethod, { width }: Architecture): Adapter {
  const parameters = (module: string): ParameterSpec[] => [
    {
      name: `${module}.adapter_down.weight`,
      shape: [method.size, width],
      initializer: { kind: 'normal', deviation: 0.01 },
    },
    { name: `${module}.adapter_down.bias`, shape: [method.size], initializer: { kind: 'zero' } },
    { name: `${module}.adapter_up.weight`, shape: [width, method.size], initializer: { kind: 'zero' } },
    { name: `${module}.adapter_up.bias`, shape: [width], initializer: { kind: 'zero' } },
  ]
  return {
    ...frozenModel,
    layer: ({ sublayers }) => sublayers.flatMap(parameters),
    sublayer(scope, y, module) {
      const { g } = scope
      const dense = (x: Value, part: 'down' | 'up') =>
        add(
          g,
          matmul(g, x, scope.parameter(`${module}.adapter_${part}.weight`), { transB: true }),
          scope.parameter(`${module}.adapter_${part}.bias`),
        )
      return add(g, y, dense(geluTanh(g, dense(y, 'down')), 'up'))
    },
  }
}
