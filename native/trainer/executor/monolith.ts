import type { Tensor } from 'onnxruntime-node'
import {
  batchFeeds,
  dropoutFeed,
  pick,
  stackFeeds,
  weightFeeds,
  type Executor,
  type ExecutorOptions,
} from './executor.ts'
import { monolith, stackInput } from './graphs.ts'
import { floats, resultOf, Session } from './session.ts'

/** The whole step as one graph: fastest, most memory, no pause inside a step. */
export async function monolithExecutor(options: ExecutorOptions): Promise<Executor> {
  const { model, weights, yieldToEventLoop } = options
  const { architecture, layout } = model
  const session = await Session.create(monolith(model), options)
  const frozen = weightFeeds(model, weights)
  return {
    plan: 'monolith',
    async gradient(parameters, batch, dropout, into) {
      await yieldToEventLoop()
      const dynamic: Record<string, Tensor> = {
        ...batchFeeds(model, weights, batch),
        parameters: floats(parameters, [layout.total]),
      }
      for (const stack of architecture.stacks) {
        const { x, mask, sliding } = stackFeeds(model, weights, batch, stack)
        dynamic[stackInput('x', stack)] = x
        dynamic[stackInput('mask', stack)] = mask
        if (sliding) dynamic[stackInput('sliding', stack)] = sliding
      }
      const maskOf = (name: string) => {
        const layer = layout.layers.find(({ prefix }) => name.startsWith(prefix))
        return layer && dropoutFeed(model, name, layer, dropout)
      }
      const feeds = pick(session.inputNames, (name) => dynamic[name] ?? frozen.get(name) ?? maskOf(name))
      const results = await session.run(feeds)
      const values = resultOf(results, 'gradient').data as Float32Array
      for (let i = 0; i < values.length; i++) into[i]! += values[i]!
      return (resultOf(results, 'loss').data as Float32Array)[0]!
    },
    release: () => session.release(),
  }
}
