import type { Method } from '../../../common/model/recipe.ts'
import { HearthError } from '../../../common/errors/index.ts'
import type { Architecture } from '../arch/architecture.ts'
import type { Adapter } from './adapter.ts'
import { bottleneck } from './bottleneck.ts'
import { lora } from './lora.ts'
import { prefixTuning, pTuning } from './prefix.ts'

export function adapterOf(method: Method, architecture: Architecture): Adapter {
  switch (method.kind) {
    case 'lora':
    case 'dora': {
      const unknown = method.targets.filter((target) => !architecture.modules[target])
      if (unknown.length > 0)
        throw new HearthError(
          'BAD_RECIPE',
          `${architecture.type} has no ${unknown.join(', ')}; it has ${Object.keys(architecture.modules).join(', ')}`,
          { field: 'method.targets' },
        )
      return lora(method, architecture)
    }
    case 'bottleneck':
      return bottleneck(method, architecture)
    case 'prefix':
      return prefixTuning(method, architecture)
    case 'p-tuning':
      return pTuning(method, architecture)
  }
}

/** Tokens that a method puts before each sequence. */
export const prefixLength = (method: Method): number =>
  method.kind === 'prefix' || method.kind === 'p-tuning' ? method.length : 0
