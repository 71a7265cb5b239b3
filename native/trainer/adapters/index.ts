import type { Method } from '../../../common/model/recipe.ts'
import { HearthError } from '../../../common/errors/index.ts'
import { moduleNames, type Architecture } from '../models/architecture.ts'
import type { Adapter } from './adapter.ts'
import { bottleneck } from './bottleneck.ts'
import { lora } from './lora.ts'
import { prefixTuning, pTuning } from './prefix.ts'

export function adapterOf(method: Method, architecture: Architecture): Adapter {
  switch (method.kind) {
    case 'lora':
    case 'dora': {
      const known = moduleNames(architecture)
      const unknown = method.targets.filter((target) => !known.includes(target))
      if (unknown.length > 0)
        throw new HearthError(
          'BAD_RECIPE',
          `${architecture.type} has no ${unknown.join(', ')}; it has ${known.join(', ')}`,
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

/** Length of the trained prefix before each sequence, in tokens. */
export const prefixLength = (method: Method): number =>
  method.kind === 'prefix' || method.kind === 'p-tuning' ? method.length : 0
