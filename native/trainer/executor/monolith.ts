import type { Batch } from '../data/batch.ts'
import type { DropoutSeed } from '../data/dropout.ts'
import { batchFeeds, dropoutFeed, pick, weightFeeds, type Executor, type ExecutorOptions } from './executor.ts'
import { monolith } from './graphs.ts'
import { floats, Session } from './session.ts'

/** The whole step as one graph: fastest, most memory, no pause inside a step. */
export async function monolithExecutor(options: ExecutorOptions): Promise<Executor> {
  const { model, weights, breathe } = options
  const { architecture, layout } = model
  const session = await Session.create(monolith(model), options)
  const frozen = weightFeeds(model, weights)
  const layerOf = (name: string): number =>
    [...Array(layout.layers).keys()].find((layer) => name.startsWith(architecture.layerPrefix(layer)))!
  return {
    plan: 'monolith',
    async gradient(parameters, batch: Batch, dropout: DropoutSeed, into) {
      await breathe()
      const dynamic: Record<string, ReturnType<typeof floats>> = {
        ...batchFeeds(model, weights, batch),
        parameters: floats(parameters, [layout.total]),
      }
      const feeds = pick(
        session.inputNames,
        (name) => dynamic[name] ?? frozen.get(name) ?? dropoutFeed(model, name, layerOf(name), dropout),
      )
      const { loss, gradient } = await session.run(feeds)
      const values = gradient!.data as Float32Array
      for (let i = 0; i < values.length; i++) into[i]! += values[i]!
      return (loss!.data as Float32Array)[0]!
    },
    release: () => session.release(),
  }
}
