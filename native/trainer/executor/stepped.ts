import type { Tensor } from 'onnxruntime-node'
import type { Batch } from '../data/batch.ts'
import type { DropoutSeed } from '../data/dropout.ts'
import type { Graph } from '../graph/graph.ts'
import { batchFeeds, dropoutFeed, pick, weightFeeds, type Executor, type ExecutorOptions } from './executor.ts'
import { headGraph, layerBackward, layerForward, logitsGraph, sharedGraph } from './graphs.ts'
import { floats, Session, type Feeds } from './session.ts'

interface StoredLayer {
  /** The layer's input. */
  readonly x: Tensor
  /** What the save plan kept of the forward pass. */
  readonly kept: Feeds
}

/**
 * Runs a model layer by layer: all layers of one make share a session and are fed their weights. Between layers the
 * owner's pause takes hold. Evaluates and predicts too, since a forward pass needs nothing more.
 */
export class SteppedExecutor implements Executor {
  readonly plan: 'save' | 'recompute'
  readonly #options: ExecutorOptions
  readonly #frozen: ReadonlyMap<string, Tensor>
  /** By what the graph does and by the formats of the layer's weights, which may differ between layers of one file. */
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
    const feeds = batchFeeds(model, this.#options.weights, batch)
    const byLayer = await this.#layerParameters(parameters)
    const last = await this.#forward(feeds, byLayer, dropout)

    const head = await this.#session('head', () => headGraph(model, true))
    const results = await head.run(
      pick(
        head.inputNames,
        (name) => ({ ...feeds, x: last, parameters: this.#headParameters(parameters) })[name] ?? this.#frozen.get(name),
      ),
    )
    addTo(into, layout.headOffset, results['gradient'])

    const computed = layout.shared.length > 0
    const layerGradients = computed ? new Float32Array(byLayer.length) : into
    let dy = results['dx']!
    for (let layer = layout.layers - 1; layer >= 0; layer--) {
      await this.#options.breathe()
      const { dx, gradient } = await this.#backwardLayer(layer, dy, feeds, byLayer, dropout)
      addTo(layerGradients, layer * layout.perLayer, gradient)
      dy = dx
    }
    if (computed) {
      const shared = await this.#session('shared backward', () => sharedGraph(model, true))
      const { gradient } = await shared.run({
        shared: floats(parameters.subarray(0, layout.headOffset), [layout.headOffset]),
        gradientOfParameters: floats(layerGradients, [layerGradients.length]),
      })
      addTo(into, 0, gradient)
    }
    return (results['loss']!.data as Float32Array)[0]!
  }

  /** Loss of a batch without dropout and without gradients. */
  async loss(parameters: Float32Array, batch: Batch): Promise<number> {
    const { session, feeds } = await this.#evaluated(parameters, batch, 'loss', (model) => headGraph(model, false))
    const { loss } = await session.run(feeds)
    return (loss!.data as Float32Array)[0]!
  }

  /** Logits of a batch, [tokens, vocabulary] or [sequences, classes]. */
  async logits(parameters: Float32Array, batch: Batch): Promise<Float32Array> {
    const { session, feeds } = await this.#evaluated(parameters, batch, 'logits', logitsGraph)
    const { logits } = await session.run(feeds)
    return logits!.data as Float32Array
  }

  async release(): Promise<void> {
    await Promise.all([...this.#sessions.values()].map(async (entry) => (await entry).release()))
    this.#sessions.clear()
  }

  async #evaluated(
    parameters: Float32Array,
    batch: Batch,
    kind: string,
    graph: (model: ExecutorOptions['model']) => Graph,
  ): Promise<{ session: Session; feeds: Feeds }> {
    const feeds = batchFeeds(this.#options.model, this.#options.weights, batch)
    const last = await this.#forward(feeds, await this.#layerParameters(parameters), null)
    const session = await this.#session(kind, () => graph(this.#options.model))
    return {
      session,
      feeds: pick(
        session.inputNames,
        (name) => ({ ...feeds, x: last, parameters: this.#headParameters(parameters) })[name] ?? this.#frozen.get(name),
      ),
    }
  }

  /** @param dropout null for an evaluation, which stores nothing */
  async #forward(feeds: Feeds, byLayer: Float32Array, dropout: DropoutSeed | null): Promise<Tensor> {
    const { model } = this.#options
    let x = feeds['x']!
    this.#stored = []
    for (let layer = 0; layer < model.layout.layers; layer++) {
      await this.#options.breathe()
      const save = dropout !== null && this.plan === 'save'
      const kind = dropout === null ? 'evaluate' : 'forward'
      const session = await this.#layerSession(kind, layer, () =>
        layerForward(model, layer, { training: dropout !== null, save }),
      )
      const { y, ...kept } = await session.run(this.#layerFeeds(session, layer, { ...feeds, x }, byLayer, dropout))
      if (dropout !== null) this.#stored.push({ x, kept })
      x = y!
    }
    return x
  }

  async #backwardLayer(
    layer: number,
    dy: Tensor,
    feeds: Feeds,
    byLayer: Float32Array,
    dropout: DropoutSeed,
  ): Promise<{ dx: Tensor; gradient: Tensor }> {
    const session = await this.#layerSession('backward', layer, () =>
      layerBackward(this.#options.model, layer, { saved: this.plan === 'save' }),
    )
    const { x, kept } = this.#stored.pop()!
    const { dx, gradient } = await session.run(
      this.#layerFeeds(session, layer, { ...feeds, ...kept, x, dy }, byLayer, dropout),
    )
    return { dx: dx!, gradient: gradient! }
  }

  #layerFeeds(
    session: Session,
    layer: number,
    dynamic: Feeds,
    byLayer: Float32Array,
    dropout: DropoutSeed | null,
  ): Feeds {
    const { model } = this.#options
    const { perLayer } = model.layout
    const prefix = model.architecture.layerPrefix(layer)
    const parameters = floats(byLayer.subarray(layer * perLayer, (layer + 1) * perLayer), [perLayer])
    return pick(session.inputNames, (name) =>
      name === 'parameters'
        ? parameters
        : (dynamic[name] ??
          this.#frozen.get(prefix + name) ??
          (dropout ? dropoutFeed(model, name, layer, dropout) : undefined)),
    )
  }

  async #layerParameters(parameters: Float32Array): Promise<Float32Array> {
    const { model } = this.#options
    if (model.layout.shared.length === 0) return parameters
    const session = await this.#session('shared', () => sharedGraph(model, false))
    const results = await session.run({
      shared: floats(parameters.subarray(0, model.layout.headOffset), [model.layout.headOffset]),
    })
    return results['parameters']!.data as Float32Array
  }

  #headParameters(parameters: Float32Array): Tensor {
    const head = parameters.subarray(this.#options.model.layout.headOffset)
    return floats(head, [head.length])
  }

  #layerSession(kind: string, layer: number, graph: () => Graph) {
    const { model } = this.#options
    const { architecture } = model
    const formats = Object.keys(architecture.layerWeights).map((name) =>
      model.formatOf(architecture.layerPrefix(layer) + name),
    )
    return this.#session(`${kind} ${formats.join()} ${model.adapter.adapts(layer)}`, graph)
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
