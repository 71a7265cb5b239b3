import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import type { embedderContract } from '../../../common/children/embedder.ts'
import type { memoryContract } from '../../../common/children/memory.ts'
import type { Embedder } from '../../../common/model/embedder.ts'
import { ConfigStore } from '../../core/config.ts'
import { lockDataFolder } from '../../core/db/lock.ts'
import { dataPaths, type DataPaths } from '../../core/paths.ts'
import { EmbedderStore } from '../../features/avatar/embeddings/index.ts'
import { command, handled } from './commands.ts'
import { mebibytes, printResult, told } from './output.ts'
import { withChild } from './with-child.ts'

const asText = ({ name, dimensions, bytes }: Embedder): string =>
  `${name}: ${dimensions} dimensions, ${mebibytes(bytes)}; memories are read with it by the host, or by the next avatar import`

/** `models embedder`: the model by which memories are found by what they mean. A running host holds it, so these wait until it is closed. */
export function addEmbedderCommands(models: Command): void {
  const embedder = models
    .command('embedder')
    .description('the model that finds memories by what they mean, in many languages')
  const onStore = <T extends object>(
    run: (
      store: EmbedderStore,
      folder: { readonly paths: DataPaths; readonly hub: string },
      args: readonly string[],
    ) => Promise<T>,
    text: (result: T) => string,
    changes = true,
  ) =>
    handled(async ({ dataDir, json }, _, ...args) => {
      const paths = dataPaths(dataDir)
      const unlock = changes ? lockDataFolder(paths.lock) : () => {}
      try {
        const result = await withChild<typeof embedderContract, T>('embedder', ({ client }) =>
          run(
            new EmbedderStore({ folder: paths.embedder, inspect: (folder) => client.inspect({ folder }) }),
            { paths, hub: ConfigStore.open(paths.config, () => {}).get().avatar.hub },
            args as readonly string[],
          ),
        )
        printResult(result, json, () => text(result))
      } finally {
        unlock()
      }
    })
  command(embedder, 'show', 'the model that is here').action(
    onStore(
      async (store) => ({ embedder: await store.current() }),
      ({ embedder: current }) =>
        current ? asText(current) : 'none yet, so words alone decide: hearth models embedder fetch',
      false,
    ),
  )
  command(
    embedder,
    'fetch',
    'fetch the one that is offered; what broke off goes on when the command is given again',
  ).action(
    onStore((store, { hub }) => {
      const stop = new AbortController()
      process.once('SIGINT', () => stop.abort())
      return store.fetch(hub, told('fetched'), stop.signal)
    }, asText),
  )
  command(
    embedder,
    'take <folder>',
    'take a copy of a folder of model.onnx and tokenizer.json, of the E5 family',
  ).action(onStore((store, _, [folder]) => store.take(resolve(folder!), told('copied')), asText))
  command(embedder, 'remove', 'delete it; words alone decide again').action(
    onStore(
      async (store, { paths: { memory } }) => {
        await store.remove()
        if (existsSync(memory))
          await withChild<typeof memoryContract, object>('memory', ({ client }) => client.forgetEmbeddings({ memory }))
        return { removed: true }
      },
      () => 'deleted',
    ),
  )
}
