import type { BaseFormat, Recipe } from '../../../common/model/recipe.ts'
import { HearthError } from '../../../common/errors/index.ts'
import { prefixLength } from '../adapters/index.ts'
import type { BaseModel, WeightFormats } from '../base/model-folder.ts'
import type { Weights } from '../base/frozen.ts'
import { headGraph, layerBackward, layerForward, sharedGraph } from '../executor/graphs.ts'
import { trainedModel, type TrainedModel } from '../executor/trained-model.ts'
import { hashGraphs } from '../graph/graph.ts'
import { ort } from '../../onnx/onnxruntime.ts'
import { hashSchedule, learningRates } from '../optimizer/schedule.ts'

export interface LoadedModel {
  readonly model: TrainedModel
  readonly weights: Weights
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
  const architecture = base.config.architecture(recipe.data.sequenceLength + prefixLength(recipe.method))
  if (recipe.classes === null && architecture.outputWeight === null)
    throw new HearthError('BAD_RECIPE', `${architecture.type} generates no text; it can be trained to classify texts`, {
      field: 'classes',
    })
  const weights = await base.weights(architecture, weightFormats(recipe.base.format, recipe.engine.profile))
  return { model: trainedModel(recipe, architecture, weights), weights }
}

/** Versions of the engine and of onnxruntime, and hashes of the graphs with their tables and of the learning rates. */
export function engineOf(
  model: TrainedModel,
  recipe: Pick<Recipe, 'steps' | 'schedule' | 'optimiser' | 'engine'>,
): Recipe['engine'] {
  const firsts = model.architecture.stacks.flatMap(
    (stack) => model.layout.layers.find((layer) => layer.stack === stack) ?? [],
  )
  const graphs = firsts.flatMap((layer) => [
    layerForward(model, layer, { training: true, save: false }),
    layerBackward(model, layer, { saved: false }),
  ])
  graphs.push(headGraph(model, true))
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

/** Refuses a recipe that this engine would run differently from the engine that wrote it. */
export function assertSameEngine(model: TrainedModel, recipe: Recipe): void {
  const own = engineOf(model, recipe)
  for (const key of ['version', 'onnxruntime', 'profile', 'graphs', 'schedule'] as const) {
    if (own[key] !== recipe.engine[key])
      throw new HearthError(
        'RECIPE_MISMATCH',
        `the recipe needs an engine with ${key} ${recipe.engine[key]}; this engine has ${own[key]}`,
        { field: `engine.${key}` },
      )
  }
}
