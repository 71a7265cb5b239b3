import { basename, resolve } from 'node:path'
import type { Command } from 'commander'
import * as z from 'zod'
import type { llmContract } from '../../../common/children/llm.ts'
import { ModelDownload } from '../../../common/model/chat-model.ts'
import { HearthError } from '../../../common/errors/index.ts'
import { ConfigStore } from '../../core/config.ts'
import { dataPaths } from '../../core/paths.ts'
import { catalogue, contextFor, Downloads, lookUp, ModelStore, SHIPPED } from '../../features/avatar/models/index.ts'
import { command, handled } from './commands.ts'
import { addEmbedderCommands } from './embedder-commands.ts'
import { mebibytes, printResult, told } from './output.ts'
import { withChild } from './with-child.ts'
import { withRunningHost } from './with-host.ts'

interface Options {
  readonly name?: string
  readonly sha256?: string
}

/** A command on the models of a data folder. */
const onModels = <T extends object>(
  run: (
    store: ModelStore,
    settings: ConfigStore,
    args: readonly string[],
    options: Options,
    folders: { readonly models: string; readonly dataDir: string },
  ) => Promise<T>,
  text: (result: T) => string,
) =>
  handled(async ({ dataDir, json }, options, ...args) => {
    const paths = dataPaths(dataDir)
    const result = await withChild<typeof llmContract, T>('llm', ({ client }) =>
      run(
        new ModelStore({ folder: paths.models, inspect: (file) => client.inspect({ file }) }),
        ConfigStore.open(paths.config, () => {}),
        args as readonly string[],
        options as Options,
        { models: paths.models, dataDir },
      ),
    )
    printResult(result, json, () => text(result))
  })

/** `models`: what avatars speak with. */
export function addChatModelCommands(program: Command): void {
  const models = program.command('models').description('language models that avatars speak with')
  command(models, 'list', 'the models that are here').action(
    onModels(
      async (store, settings) => ({ models: await store.list(), chosen: settings.get().avatar.model ?? SHIPPED }),
      ({ models: all, chosen }) =>
        all
          .map(
            (model) =>
              `${model.id === chosen ? '*' : ' '} ${model.id}  ${model.name}: ${model.facts.architecture}, ${mebibytes(model.facts.bytes)}, ${contextFor(model)} tokens of context here${model.quarantined === null ? '' : `; set aside: ${model.quarantined}`}`,
          )
          .join('\n'),
    ),
  )
  command(models, 'add <file>', 'take a copy of a GGUF file of this machine')
    .option('--name <text>', 'what it is called; its own name without it')
    .action(
      onModels(
        (store, _, [file], { name }) => store.take(resolve(file!), name ?? null, told(basename(file!))),
        ({ id, name }) => `${name}: hearth models choose ${id}`,
      ),
    )
  command(models, 'catalogue', 'models that are worth a look; nothing is asked of anybody').action(
    handled(({ json }) =>
      Promise.resolve(
        printResult({ models: catalogue }, json, () =>
          catalogue
            .map(
              ({ id, name, parameters, licence, languages }) =>
                `${id}  ${name}: ${parameters / 1e6} million weights, ${licence}, ${languages}`,
            )
            .join('\n'),
        ),
      ),
    ),
  )
  command(
    models,
    'fetch <url>',
    'fetch a GGUF file, by its link or by its name in the catalogue; what broke off goes on when the command is given again',
  )
    .option('--sha256 <hex>', 'the SHA-256 that its publisher gives, for a link')
    .option('--name <text>', 'what it is called; its own name without it')
    .action(
      onModels(
        async (store, settings, [url], { name, sha256 }, { models: folder }) => {
          const entry = catalogue.find(({ id }) => id === url)
          const wanted = ModelDownload.safeParse(
            entry
              ? { ...(await lookUp(entry, settings.get().avatar.hub)), name: name ?? entry.name }
              : { url, sha256, name: name ?? null },
          )
          if (!wanted.success) throw new HearthError('BAD_INPUT', z.prettifyError(wanted.error).replaceAll('\n', ' '))
          const downloads = new Downloads(folder, store)
          process.once('SIGINT', () => downloads.stop())
          return downloads.fetch(wanted.data, told(wanted.data.url))
        },
        ({ id, name }) => `${name}: hearth models choose ${id}`,
      ),
    )
  command(models, 'choose <id>', 'speak with this one').action(
    onModels(
      async (store, settings, [id], _, { dataDir }) => {
        const model = await store.get(id!)
        // A host that runs has the settings in its memory.
        if (!(await withRunningHost(dataDir, (api) => api.models.choose({ id: model.id }))))
          await settings.update({ avatar: { ...settings.get().avatar, model: model.id } })
        return model
      },
      ({ name }) => `${name} speaks from now on`,
    ),
  )
  command(models, 'remove <id>', 'delete the copy of a model').action(
    onModels(
      async (store, _, [id]) => (await store.remove(id!), { removed: id! }),
      ({ removed }) => `${removed} was deleted`,
    ),
  )
  command(models, 'release <id>', 'let a model that was set aside be tried again').action(
    onModels(
      async (store, _, [id]) => (await store.quarantine((await store.get(id!)).id, null), { released: id! }),
      ({ released }) => `${released} may be tried again`,
    ),
  )
  addEmbedderCommands(models)
}
