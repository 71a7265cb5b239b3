import { add } from '../graph/arithmetic.ts'
import { Graph, type Value } from '../graph/graph.ts'
import { crossEntropy, linearCrossEntropy } from '../graph/loss.ts'
import { matmul } from '../graph/matmul.ts'
import { concat, slice } from '../graph/shape.ts'
import type { Scope } from '../arch/scope.ts'
import { frozenWeight } from '../base/frozen.ts'
import type { PlacedParameter } from '../adapters/layout.ts'
import { flatten, LayerScope, leaves, unflatten } from './layer-scope.ts'
import type { TrainedModel } from './trained-model.ts'
import { vocabularyInputs } from './vocabulary.ts'

const rowsOf = ({ shape }: TrainedModel): number => shape.batch * shape.tokens

function batchInputs(g: Graph, model: TrainedModel): { mask: Value; positions: Value } {
  const { batch, tokens } = model.shape
  return {
    mask: g.input('mask', 'float', [batch, 1, tokens, model.prefixLength + tokens]),
    positions: g.input('positions', 'int64', [batch * tokens]),
  }
}

/** One layer forward: x → y, and the values kept for the backward pass where the plan saves them. */
export function layerForward(model: TrainedModel, layer: number, options: { training: boolean; save: boolean }): Graph {
  const g = new Graph(model.profile)
  const x = g.input('x', 'float', [rowsOf(model), model.architecture.width])
  const kept: [string, Value][] = []
  const scope = new LayerScope(g, model, {
    ...batchInputs(g, model),
    prefix: '',
    layer,
    parameters: unflatten(g, g.input('parameters', 'float', [model.layout.perLayer]), model.layout.layer),
    training: options.training,
    keep: (name, value) => (kept.push([name, value]), value),
  })
  g.output('y', model.architecture.layer(scope, x))
  if (options.save) for (const [name, value] of kept) g.output(`kept.${name}`, value)
  return g
}

/** One layer backward: dy → dx and the gradient of the layer's parameters. */
export function layerBackward(model: TrainedModel, layer: number, options: { saved: boolean }): Graph {
  const g = new Graph(model.profile)
  const shape = [rowsOf(model), model.architecture.width]
  const x = g.input('x', 'float', shape, true)
  const parameters = leaves(g, g.input('parameters', 'float', [model.layout.perLayer]), model.layout.layer)
  const scope = new LayerScope(g, model, {
    ...batchInputs(g, model),
    prefix: '',
    layer,
    parameters,
    training: true,
    keep: (name, value) =>
      options.saved ? g.record(g.input(`kept.${name}`, 'float', value.shape), [value], (dy) => [dy]) : value,
  })
  const y = model.architecture.layer(scope, x)
  const gradients = g.backward(y, g.input('dy', 'float', shape))
  g.output('dx', gradients.get('x')!)
  g.output('gradient', flatten(g, parameters, gradients))
  return g
}

/** The names of frozen weights outside the layers are whole, and no adapter touches them. */
function outerScope(g: Graph, model: TrainedModel): Pick<Scope, 'g' | 'weight' | 'linear'> {
  const shapes = { ...model.architecture.embeddingWeights, ...model.architecture.headWeights }
  const weights = new Map<string, Value>()
  const weight = (name: string): Value => {
    if (!weights.has(name)) weights.set(name, frozenWeight(g, name, model.formatOf(name), shapes[name]!.shape))
    return weights.get(name)!
  }
  return {
    g,
    weight,
    linear: (x, name) => add(g, matmul(g, x, weight(`${name}.weight`), { transB: true }), weight(`${name}.bias`)),
  }
}

/** Loss of the last layer's output: over the vocabulary, or over the classes of whole sequences. */
function headLoss(g: Graph, model: TrainedModel, x: Value, classifier: ReadonlyMap<string, Value>): Value {
  const { architecture } = model
  const outer = outerScope(g, model) as Scope
  const final = architecture.final(outer, x)
  if (model.classes === null) {
    const rows = rowsOf(model)
    return linearCrossEntropy(
      g,
      final,
      vocabularyInputs(g, model),
      g.input('expected', 'float', [rows, architecture.width]),
      g.input('weights', 'float', [rows, 1]),
    )
  }
  const { batch } = model.shape
  return crossEntropy(
    g,
    classLogits(g, model, outer, final, classifier),
    g.input('labels', 'int64', [batch]),
    g.input('weights', 'float', [batch, 1]),
  )
}

function classLogits(
  g: Graph,
  model: TrainedModel,
  outer: Scope,
  final: Value,
  trained: ReadonlyMap<string, Value>,
): Value {
  const {
    architecture,
    shape: { batch },
  } = model
  const { classifier } = architecture
  // A matrix of zeros and ones picks each sequence's row, so its gradient is a matrix product on every backend.
  const picked = matmul(g, g.input('pool', 'float', [batch, rowsOf(model)]), final)
  const logits = matmul(g, architecture.pooled(outer, picked), trained.get(`${classifier.name}.weight`)!, {
    transB: true,
  })
  return classifier.bias ? add(g, logits, trained.get(`${classifier.name}.bias`)!) : logits
}

/** The head by itself: x → loss, and dx with the gradient of the classifier where it trains. */
export function headGraph(model: TrainedModel, training: boolean): Graph {
  const g = new Graph(model.profile)
  const x = g.input('x', 'float', [rowsOf(model), model.architecture.width], training)
  const flat = model.classes === null ? null : g.input('parameters', 'float', [headSize(model)])
  const classifier = flat ? (training ? leaves : unflatten)(g, flat, model.layout.head) : new Map<string, Value>()
  const loss = headLoss(g, model, x, classifier)
  g.output('loss', loss)
  if (!training) return g
  const gradients = g.backward(loss)
  g.output('dx', gradients.get('x')!)
  if (flat) g.output('gradient', flatten(g, classifier, gradients))
  return g
}

/** The head as it is used after training: x → logits, [tokens, vocabulary] or [sequences, classes]. */
export function logitsGraph(model: TrainedModel): Graph {
  const g = new Graph(model.profile)
  const outer = outerScope(g, model) as Scope
  const final = model.architecture.final(outer, g.input('x', 'float', [rowsOf(model), model.architecture.width]))
  if (model.classes === null)
    g.output(
      'logits',
      concat(
        g,
        vocabularyInputs(g, model).map((rows) => matmul(g, final, rows, { transB: true })),
        1,
      ),
    )
  else
    g.output(
      'logits',
      classLogits(
        g,
        model,
        outer,
        final,
        unflatten(g, g.input('parameters', 'float', [headSize(model)]), model.layout.head),
      ),
    )
  return g
}

const headSize = ({ layout }: TrainedModel): number => layout.total - layout.headOffset

/** Computes the layers' parameters from shared ones; backward takes their gradient and gives that of the shared ones. */
export function sharedGraph(model: TrainedModel, backward: boolean): Graph {
  const g = new Graph(model.profile)
  const { layout } = model
  const shared = (backward ? leaves : unflatten)(g, g.input('shared', 'float', [layout.headOffset]), layout.shared)
  const parameters = model.adapter.reparameterise(g, (name) => shared.get(name)!)
  if (!backward) g.output('parameters', parameters)
  else
    g.output(
      'gradient',
      flatten(g, shared, g.backward(parameters, g.input('gradientOfParameters', 'float', parameters.shape))),
    )
  return g
}

/** Loss and gradient of the whole model in one graph. Fastest, and it holds every layer's activations at once. */
export function monolith(model: TrainedModel): Graph {
  const g = new Graph(model.profile)
  const { architecture, layout } = model
  const flat = g.input('parameters', 'float', [layout.total])
  const batch = batchInputs(g, model)
  const cut = (from: number, to: number, parameters: readonly PlacedParameter[]) =>
    leaves(g, slice(g, flat, 0, from, to), parameters)
  const shared = cut(0, layout.headOffset, layout.shared)
  const computed = shared.size > 0 ? model.adapter.reparameterise(g, (name) => shared.get(name)!) : null
  const groups: ReadonlyMap<string, Value>[] = computed ? [shared] : []
  let x = g.input('x', 'float', [rowsOf(model), architecture.width])
  for (let layer = 0; layer < layout.layers; layer++) {
    const range = [layer * layout.perLayer, (layer + 1) * layout.perLayer] as const
    const parameters = computed
      ? unflatten(g, slice(g, computed, 0, ...range), layout.layer)
      : cut(...range, layout.layer)
    if (!computed) groups.push(parameters)
    const scope = new LayerScope(g, model, {
      ...batch,
      prefix: architecture.layerPrefix(layer),
      layer,
      parameters,
      training: true,
      keep: (_, value) => value,
    })
    x = architecture.layer(scope, x)
  }
  const classifier = cut(layout.headOffset, layout.total, layout.head)
  if (classifier.size > 0) groups.push(classifier)
  const loss = headLoss(g, model, x, classifier)
  const gradients = g.backward(loss)
  g.output('loss', loss)
  g.output(
    'gradient',
    concat(
      g,
      groups.map((group) => flatten(g, group, gradients)),
      0,
    ),
  )
  return g
}
