import type { BaseFormat, Recipe } from '../../../common/model/recipe.ts'
import { HearthError } from '../../../common/errors/index.ts'
import { prefixLength } from '../adapters/index.ts'
import { architectureOf } from '../arch/index.ts'
import type { BaseModel, WeightFormats } from '../base/model-folder.ts'
import type { FrozenTensor } from '../base/frozen.ts'
import { headGraph, layerBackward, layerForward, sharedGraph } from '../executor/graphs.ts'
import { trainedModel, type TrainedModel } from '../executor/trained-model.ts'
import { hashGraphs } from '../graph/graph.ts'
import { ort } from '../../onnx/onnxruntime.ts'
import { hashSchedule, learningRates } from '../optimizer/schedule.ts'

export interface LoadedModel {
  readonly model: TrainedModel
  readonly weights: ReadonlyMap<string, FrozenTensor>
}

type Shape = Pick<Recipe, 'base' | 'method' | 'classes' | 'batch' | 'data' | 'engine'>

/** The values are the same on every backend: proofs compare them. */
export const weightFormats = (layers: BaseFormat, profile: Recipe['engine']['profile']): WeightFormats => ({
  layers,
  outer: layers === 'f32' ? 'f32' : 'f16',
  widened: profile === 'webgpu',
})

/** Reads a base model in the recipe's format and lays the adapter over it. */
export async function loadModel(base: BaseModel, recipe: Shape): Promise<LoadedModel> {
  const architecture = architectureOf(base.config, recipe.data.sequenceLength + prefixLength(recipe.method))
  if (recipe.classes === null && architecture.outputWeight === null)
    throw new HearthError(
      'BAD_RECIPE',
      `${architecture.type} writes no text; it can be trained to sort texts into classes`,
      { field: 'classes' },
    )
  const weights = await base.weights(architecture, weightFormats(recipe.base.format, recipe.engine.profile))
  return { model: trainedModel(recipe, architecture, weights), weights }
}

/** The engine's version, onnxruntime's, and the hashes of what it would run: graphs with their tables, and the learning rates. */
export function engineOf(
  model: TrainedModel,
  recipe: Pick<Recipe, 'steps' | 'schedule' | 'optimiser' | 'engine'>,
): Recipe['engine'] {
  const graphs = [
    layerForward(model, 0, { training: true, save: false }),
    layerBackward(model, 0, { saved: false }),
    headGraph(model, true),
  ]
  if (model.layout.shared.length > 0) graphs.push(sharedGraph(model, false), sharedGraph(model, true))
  return {
    version: 1,
    onnxruntime: ort.env.versions.node ?? 'unknown',
    profile: model.profile.backend,
    threads: recipe.engine.threads,
    graphs: hashGraphs(graphs.map((graph) => graph.encode())),
    schedule: hashSchedule(learningRates(recipe)),
  }
}

/** Refuses to run a recipe that this engine would run differently from the one that wrote it. */
export function assertSameEngine(model: TrainedModel, recipe: Recipe): void {
  const own = engineOf(model, recipe)
  for (const key of ['version', 'onnxruntime', 'profile', 'graphs', 'schedule'] as const) {
    if (own[key] !== recipe.engine[key])
      throw new HearthError(
        'RECIPE_MISMATCH',
        `the recipe was made for an engine whose ${key} is ${recipe.engine[key]}; this one’s is ${own[key]}`,
        { field: `engine.${key}` },
      )
  }
}
