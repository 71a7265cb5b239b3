import type { Tensor } from 'onnxruntime-node'
import type { PlacedLayer } from '../adapters/layout.ts'
import type { Batch } from '../data/batch.ts'
import type { DropoutSeed } from '../data/dropout.ts'
import type { Graph } from '../graph/graph.ts'
import {
  batchFeeds,
  dropoutFeed,
  pick,
  stackFeeds,
  weightFeeds,
  type Executor,
  type ExecutorOptions,
} from './executor.ts'
import { headGraph, layerBackward, layerForward, logitsGraph, sharedGraph } from './graphs.ts'
import { floats, resultOf, Session, type Feeds } from './session.ts'

/** A layer of the forward pass, to be walked back. */
interface StoredLayer {
  readonly layer: PlacedLayer
  /** Its inputs, and the values that the save plan stored. */
  readonly feeds: Feeds
}

/** Inputs of a pass over the layers. */
interface Pass {
  readonly batch: Batch
  /** Inputs that all layers share. */
  readonly feeds: Feeds
  readonly byLayer: Float32Array
  /** Null for an evaluation, which stores nothing. */
  readonly dropout: DropoutSeed | null
}

/**
 * Runs a model layer by layer: all layers of one make share a session and are fed their weights. A pause takes effect
 * between layers. Evaluates and predicts too, since a forward pass needs nothing more.
 */
export class SteppedExecutor implements Executor {
  readonly plan: 'save' | 'recompute'
  readonly #options: ExecutorOptions
  readonly #frozen: ReadonlyMap<string, Tensor>
  /** By the graph's purpose and the formats of the layer's weights, which may differ between layers of one file. */
  readonly #sessions = new Map<string, Promise<Session>>()
  #stored: StoredLayer[] = []

  constructor(options: ExecutorOptions, plan: 'save' | 'recompute') {
    this.#options = options
    this.plan = plan
    this.#frozen = weightFeeds(options.model, options.weights)
  }

  async gradient(parameters: Float32Array, batch: Batch, dropout: DropoutSeed, into: Float32Array): Promise<number> {
    const { model } = this.#options
    const { layout } = model
    const pass = await this.#pass(parameters, batch, dropout)
    const last = await this.#forward(pass)

    const head = await this.#session('head', () => headGraph(model, true))
    const results = await head.run(this.#headFeeds(head, pass, last, parameters))
    addTo(into, layout.headOffset, results['gradient'])

    const computed = layout.shared.length > 0
    const layerGradients = computed ? new Float32Array(layout.layersSize) : into
    await this.#backward(pass, resultOf(results, 'dx'), layerGradients)
    if (computed) {
      const shared = await this.#session('shared backward', () => sharedGraph(model, true))
      const { gradient } = await shared.run({
        shared: floats(parameters.subarray(0, layout.headOffset), [layout.headOffset]),
        gradientOfParameters: floats(layerGradients, [layerGradients.length]),
      })
      addTo(into, 0, gradient)
    }
    return (resultOf(results, 'loss').data as Float32Array)[0]!
  }

  /** Loss of a batch without dropout and without gradients. */
  async loss(parameters: Float32Array, batch: Batch): Promise<number> {
    const results = await this.#evaluate(parameters, batch, 'loss', (model) => headGraph(model, false))
    return (resultOf(results, 'loss').data as Float32Array)[0]!
  }

  /** Logits of a batch, [tokens, vocabulary] or [sequences, classes]. */
  async logits(parameters: Float32Array, batch: Batch): Promise<Float32Array> {
    const results = await this.#evaluate(parameters, batch, 'logits', logitsGraph)
    return resultOf(results, 'logits').data as Float32Array
  }

  async release(): Promise<void> {
    await Promise.all([...this.#sessions.values()].map(async (entry) => (await entry).release()))
    this.#sessions.clear()
  }

  async #evaluate(
    parameters: Float32Array,
    batch: Batch,
    kind: string,
    graph: (model: ExecutorOptions['model']) => Graph,
  ): Promise<Feeds> {
    const pass = await this.#pass(parameters, batch, null)
    const last = await this.#forward(pass)
    const session = await this.#session(kind, () => graph(this.#options.model))
    return session.run(this.#headFeeds(session, pass, last, parameters))
  }

  async #pass(parameters: Float32Array, batch: Batch, dropout: DropoutSeed | null): Promise<Pass> {
    const { model, weights } = this.#options
    return {
      batch,
      feeds: batchFeeds(model, weights, batch),
      byLayer: await this.#layerParameters(parameters),
      dropout,
    }
  }

  /** Runs all stacks, each after the one whose output it may read; gives the last one's output. */
  async #forward(pass: Pass): Promise<Tensor> {
    const { model, weights, yieldToEventLoop } = this.#options
    const training = pass.dropout !== null
    const save = training && this.plan === 'save'
    let last: Tensor | null = null
    this.#stored = []
    for (const stack of model.architecture.stacks) {
      const before: Feeds = last ? { before: last } : {}
      const own = stackFeeds(model, weights, pass.batch, stack)
      let x = own.x
      const layers = model.layout.layers.filter((layer) => layer.stack === stack)
      for (const [i, layer] of layers.entries()) {
        await yieldToEventLoop()
        const mask = stack.window?.layers[i] && own.sliding ? own.sliding : own.mask
        const feeds = { ...pass.feeds, mask, ...before, x }
        const session = await this.#layerSession(training ? 'forward' : 'evaluate', layer, () =>
          layerForward(model, layer, { training, save }),
        )
        const results = await session.run(this.#layerFeeds(session, layer, feeds, pass))
        if (training) this.#stored.push({ layer, feeds: { ...feeds, ...results } })
        x = resultOf(results, 'y')
      }
      last = x
    }
    if (!last) throw new Error(`${model.architecture.type} has no stacks`)
    return last
  }

  /** Walks the stored layers back and adds their gradients. */
  async #backward(pass: Pass, last: Tensor, into: Float32Array): Promise<void> {
    const { model, yieldToEventLoop } = this.#options
    let dy = last
    // Gradient of the stack before, summed over the layers that read it.
    let before: Tensor | undefined
    for (let stored = this.#stored.pop(); stored; stored = this.#stored.pop()) {
      const { layer, feeds } = stored
      await yieldToEventLoop()
      const session = await this.#layerSession('backward', layer, () =>
        layerBackward(model, layer, { saved: this.plan === 'save' }),
      )
      const results = await session.run(this.#layerFeeds(session, layer, { ...feeds, dy }, pass))
      addTo(into, layer.offset, results['gradient'])
      dy = resultOf(results, 'dx')
      if (before) addTo(before.data as Float32Array, 0, results['dbefore'])
      else before = results['dbefore']
      const next = this.#stored.at(-1)
      if (!next || next.layer.stack === layer.stack) continue
      if (!before) throw new Error(`no layer of ${layer.stack.name} reads ${next.layer.stack.name}`)
      dy = before
      before = undefined
    }
  }

  #layerFeeds(session: Session, layer: PlacedLayer, dynamic: Feeds, { byLayer, dropout }: Pass): Feeds {
    const { offset, size, prefix } = layer
    const parameters = floats(byLayer.subarray(offset, offset + size), [size])
    return pick(session.inputNames, (name) =>
      name === 'parameters'
        ? parameters
        : (dynamic[name] ??
          this.#frozen.get(prefix + name) ??
          (dropout ? dropoutFeed(this.#options.model, name, layer, dropout) : undefined)),
    )
  }

  #headFeeds(session: Session, { feeds }: Pass, x: Tensor, parameters: Float32Array): Feeds {
    const head = parameters.subarray(this.#options.model.layout.headOffset)
    const dynamic: Feeds = { ...feeds, x, parameters: floats(head, [head.length]) }
    return pick(session.inputNames, (name) => dynamic[name] ?? this.#frozen.get(name))
  }

  async #layerParameters(parameters: Float32Array): Promise<Float32Array> {
    const { model } = this.#options
    const { headOffset, shared } = model.layout
    if (shared.length === 0) return parameters
    const session = await this.#session('shared', () => sharedGraph(model, false))
    const results = await session.run({ shared: floats(parameters.subarray(0, headOffset), [headOffset]) })
    return resultOf(results, 'parameters').data as Float32Array
  }

  #layerSession(kind: string, { stack, prefix, adapted }: PlacedLayer, graph: () => Graph) {
    const { model } = this.#options
    const formats = Object.keys(stack.weights).map((name) => model.formatOf(prefix + name))
    return this.#session(`${kind} ${stack.name} ${formats.join()} ${adapted}`, graph)
  }

  #session(key: string, make: () => Graph) {
    let entry = this.#sessions.get(key)
    if (!entry) {
      entry = Session.create(make(), this.#options)
      this.#sessions.set(key, entry)
    }
    return entry
  }
}

function addTo(into: Float32Array, offset: number, part: Tensor | undefined): void {
  if (!part) return
  const values = part.data as Float32Array
  for (let i = 0; i < values.length; i++) into[offset + i]! += values[i]!
}
