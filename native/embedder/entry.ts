import { constants, setPriority } from 'node:os'
import { embedderContract } from '../../common/children/embedder.ts'
import { toDirection } from '../../common/model/embedding-vector.ts'
import { inTurn } from '../../main/core/in-turn.ts'
import { implement, serveChild } from '../../main/core/processes/child-frame.ts'
import { Embedder } from './embedder.ts'

let held: { readonly key: string; readonly embedder: Embedder } | null = null
const oneAtATime = inTurn()

async function release(): Promise<void> {
  const { embedder } = held ?? {}
  held = null
  await embedder?.[Symbol.asyncDispose]()
}

async function hold(folder: string, threads: number): Promise<Embedder> {
  const key = JSON.stringify([folder, threads])
  if (held?.key === key) return held.embedder
  await release()
  held = { key, embedder: await Embedder.open(folder, threads) }
  return held.embedder
}

// The machine stays its owner’s: everything else goes before it.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL)
const os = implement(embedderContract)
serveChild(
  os.router({
    inspect: os.inspect.handler(async ({ input }) => {
      await using embedder = await Embedder.open(input.folder, 1)
      const [embedding] = await embedder.embed(['hello'])
      return { dimensions: embedding!.length }
    }),
    embed: os.embed.handler(({ input: { folder, threads, prefix, texts } }) =>
      oneAtATime(async () =>
        (await (await hold(folder, threads)).embed(texts.map((text) => prefix + text))).map((embedding) =>
          Buffer.from(toDirection(embedding).buffer).toString('base64'),
        ),
      ),
    ),
    unload: os.unload.handler(() => oneAtATime(async () => (await release(), {}))),
  }),
)
