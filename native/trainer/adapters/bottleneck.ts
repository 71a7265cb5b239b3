import type { BottleneckMethod } from '../../../common/model/recipe.ts'
import type { Architecture } from '../arch/architecture.ts'
import { geluTanh } from '../graph/activation.ts'
import { add } from '../graph/arithmetic.ts'
import { matmul } from '../graph/matmul.ts'
import { frozenModel, type Adapter, type ParameterSpec } from './adapter.ts'

/**
 * Bottleneck adapters (Houlsby et al. 2019): y + up(gelu(down(y))) behind both sublayers, beginning as the identity.
 * GELU by tanh is the nonlinearity of the authors' own code.
 */
export function bottleneck(method: BottleneckMethod, architecture: Architecture): Adapter {
  const { width } = architecture
  const layer = architecture.sublayers.flatMap((module): ParameterSpec[] => [
    { name: `${module}.adapter_down.weight`, shape: [method.size, width], start: { kind: 'normal', deviation: 0.01 } },
    { name: `${module}.adapter_down.bias`, shape: [method.size], start: { kind: 'zero' } },
    { name: `${module}.adapter_up.weight`, shape: [width, method.size], start: { kind: 'zero' } },
    { name: `${module}.adapter_up.bias`, shape: [width], start: { kind: 'zero' } },
  ])
  return {
    ...frozenModel,
    layer,
    sublayer(scope, y, module) {
      const { g } = scope
      const [down, up] = ['down', 'up'].map(
        (part) => (x: typeof y) =>
          add(
            g,
            matmul(g, x, scope.parameter(`${module}.adapter_${part}.weight`), { transB: true }),
            scope.parameter(`${module}.adapter_${part}.bias`),
          ),
      )
      return add(g, y, up!(geluTanh(g, down!(y))))
    },
  }
}
