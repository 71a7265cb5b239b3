import type { Recipe } from '../../../common/model/recipe.ts'
import type { Adapter } from '../adapters/adapter.ts'
import { adapterOf, prefixLength } from '../adapters/index.ts'
import { layoutOf, type ParameterLayout } from '../adapters/layout.ts'
import type { Architecture } from '../models/architecture.ts'
import type { BatchShape } from '../models/scope.ts'
import { weightOf, type BaseFormat, type Weights } from '../base/frozen.ts'
import { profiles, type OpProfile } from '../graph/profile.ts'

/** A frozen model, the adapter that is trained on it, and the shape of its batches. */
export interface TrainedModel {
  readonly architecture: Architecture
  readonly adapter: Adapter
  readonly layout: ParameterLayout
  readonly profile: OpProfile
  readonly shape: BatchShape
  readonly prefixLength: number
  readonly dropout: number
  readonly classes: number | null
  formatOf(weight: string): BaseFormat
}

type Parts = Pick<Recipe, 'method' | 'classes'> & {
  readonly batch: { readonly sequences: number }
  readonly data: { readonly sequenceLength: number }
  readonly engine: { readonly profile: 'cpu' | 'webgpu' }
}

export function trainedModel(
  { method, classes, batch, data, engine }: Parts,
  architecture: Architecture,
  weights: Weights,
): TrainedModel {
  const adapter = adapterOf(method, architecture)
  const count = classes?.length ?? null
  return {
    architecture,
    adapter,
    layout: layoutOf(adapter, architecture, count),
    profile: profiles[engine.profile],
    shape: { batch: batch.sequences, tokens: data.sequenceLength },
    prefixLength: prefixLength(method),
    dropout: 'dropout' in method ? method.dropout : 0,
    classes: count,
    formatOf: (name) => weightOf(weights, name).format,
  }
}
