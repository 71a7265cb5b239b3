import { add } from '../graph/arithmetic.ts'
import { Graph, type Value } from '../graph/graph.ts'
import { crossEntropy, linearCrossEntropy } from '../graph/loss.ts'
import { matmul } from '../graph/matmul.ts'
import { concat, slice } from '../graph/shape.ts'
import type { Stack } from '../models/architecture.ts'
import type { OuterScope } from '../models/scope.ts'
import { frozenWeight } from '../base/frozen.ts'
import type { PlacedLayer, PlacedParameter } from '../adapters/layout.ts'
import { flatten, LayerScope, leaves, unflatten } from './layer-scope.ts'
import type { TrainedModel } from './trained-model.ts'
import { vocabularyInputs } from './vocabulary.ts'

const rowsOf = ({ shape }: TrainedModel): number => shape.batch * shape.tokens

const hiddenShape = (model: TrainedModel): readonly number[] => [rowsOf(model), model.architecture.width]

const maskInput = (g: Graph, { shape: { batch, tokens }, prefixLength }: TrainedModel, name: string): Value =>
  g.input(name, 'float', [batch, 1, tokens, prefixLength + tokens])

const positionsInput = (g: Graph, model: TrainedModel): Value => g.input('positions', 'int64', [rowsOf(model)])

const isFirst = ({ architecture }: TrainedModel, stack: Stack): boolean => stack === architecture.stacks[0]

function gradientOf(gradients: ReadonlyMap<string, Value>, name: string): Value {
  const gradient = gradients.get(name)
  if (!gradient) throw new Error(`no gradient reaches ${name}`)
  return gradient
}

/** One layer forward: x → y, and the values stored for the backward pass where the plan saves them. */
export function layerForward(
  model: TrainedModel,
  layer: PlacedLayer,
  options: { training: boolean; save: boolean },
): Graph {
  const g = new Graph(model.profile)
  const x = g.input('x', 'float', hiddenShape(model))
  const saved: [string, Value][] = []
  const scope = new LayerScope(g, model, {
    mask: maskInput(g, model, 'mask'),
    positions: positionsInput(g, model),
    before: isFirst(model, layer.stack) ? null : g.input('before', 'float', hiddenShape(model)),
    prefix: '',
    layer,
    parameters: unflatten(g, g.input('parameters', 'float', [layer.size]), layer.parameters),
    training: options.training,
    saveForBackward: (name, value) => (saved.push([name, value]), value),
  })
  g.output('y', layer.stack.build(scope, x))
  if (options.save) for (const [name, value] of saved) g.output(`saved.${name}`, value)
  return g
}

/** One layer backward: dy → dx, the gradient of the layer's parameters, and that of `before` where it is read. */
export function layerBackward(model: TrainedModel, layer: PlacedLayer, options: { saved: boolean }): Graph {
  const g = new Graph(model.profile)
  const shape = hiddenShape(model)
  const x = g.input('x', 'float', shape, true)
  const parameters = leaves(g, g.input('parameters', 'float', [layer.size]), layer.parameters)
  const scope = new LayerScope(g, model, {
    mask: maskInput(g, model, 'mask'),
    positions: positionsInput(g, model),
    before: isFirst(model, layer.stack) ? null : g.input('before', 'float', shape, true),
    prefix: '',
    layer,
    parameters,
    training: true,
    saveForBackward: (name, value) =>
      options.saved ? g.record(g.input(`saved.${name}`, 'float', value.shape), [value], (dy) => [dy]) : value,
  })
  const y = layer.stack.build(scope, x)
  const gradients = g.backward(y, g.input('dy', 'float', shape))
  g.output('dx', gradientOf(gradients, 'x'))
  g.output('gradient', flatten(g, parameters, gradients))
  const before = gradients.get('before')
  if (before) g.output('dbefore', before)
  return g
}

/** Frozen weights outside the layers have their full names, and no adapter changes them. */
function outerScope(g: Graph, model: TrainedModel): OuterScope {
  const shapes = { ...model.architecture.embeddingWeights, ...model.architecture.headWeights }
  const weights = new Map<string, Value>()
  const weight = (name: string): Value => {
    let value = weights.get(name)
    if (!value) {
      const spec = shapes[name]
      if (!spec) throw new Error(`${model.architecture.type} has no weight ${name}`)
      value = frozenWeight(g, name, model.formatOf(name), spec.shape)
      weights.set(name, value)
    }
    return value
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
  const outer = outerScope(g, model)
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
  outer: OuterScope,
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
  const x = g.input('x', 'float', hiddenShape(model), training)
  const flat = model.classes === null ? null : g.input('parameters', 'float', [headSize(model)])
  const classifier = flat ? (training ? leaves : unflatten)(g, flat, model.layout.head) : new Map<string, Value>()
  const loss = headLoss(g, model, x, classifier)
  g.output('loss', loss)
  if (!training) return g
  const gradients = g.backward(loss)
  g.output('dx', gradientOf(gradients, 'x'))
  if (flat) g.output('gradient', flatten(g, classifier, gradients))
  return g
}

/** The head without a loss: x → logits, [tokens, vocabulary] or [sequences, classes]. */
export function logitsGraph(model: TrainedModel): Graph {
  const g = new Graph(model.profile)
  const outer = outerScope(g, model)
  const final = model.architecture.final(outer, g.input('x', 'float', hiddenShape(model)))
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

/** Computes the layers' parameters from shared ones; backward: their gradient → that of the shared ones. */
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

/** A stack's input where one graph holds all stacks. */
export const stackInput = (name: 'x' | 'mask' | 'sliding', stack: Stack): string => `${name}.${stack.name}`

/** Sums a value's gradient over one layer before it is added to other layers', in the order of the stepped plans. */
const readOnce = (g: Graph, value: Value): Value =>
  g.record(g.op('Identity', [value], value.shape), [value], (dy) => [dy])

/** Loss and gradient of the whole model in one graph, which holds the activations of all layers at once. */
export function monolith(model: TrainedModel): Graph {
  const g = new Graph(model.profile)
  const { architecture, layout } = model
  const flat = g.input('parameters', 'float', [layout.total])
  const positions = positionsInput(g, model)
  const cut = (from: number, to: number, parameters: readonly PlacedParameter[]) =>
    leaves(g, slice(g, flat, 0, from, to), parameters)
  const shared = cut(0, layout.headOffset, layout.shared)
  const computed = shared.size > 0 ? model.adapter.reparameterise(g, (name) => shared.get(name)!) : null
  const groups: ReadonlyMap<string, Value>[] = computed ? [shared] : []
  let x: Value | null = null
  for (const stack of architecture.stacks) {
    const before: Value | null = x
    const mask = maskInput(g, model, stackInput('mask', stack))
    const sliding = stack.window ? maskInput(g, model, stackInput('sliding', stack)) : mask
    x = g.input(stackInput('x', stack), 'float', hiddenShape(model))
    for (const [i, layer] of layout.layers.filter((item) => item.stack === stack).entries()) {
      const range = [layer.offset, layer.offset + layer.size] as const
      const parameters = computed
        ? unflatten(g, slice(g, computed, 0, ...range), layer.parameters)
        : cut(...range, layer.parameters)
      if (!computed) groups.push(parameters)
      const scope = new LayerScope(g, model, {
        mask: stack.window?.layers[i] ? sliding : mask,
        positions,
        before: before && readOnce(g, before),
        prefix: layer.prefix,
        layer,
        parameters,
        training: true,
        saveForBackward: (_, value) => value,
      })
      x = stack.build(scope, x)
    }
  }
  const classifier = cut(layout.headOffset, layout.total, layout.head)
  if (classifier.size > 0) groups.push(classifier)
  if (!x) throw new Error(`${architecture.type} has no stacks`)
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
