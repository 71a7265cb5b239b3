import { basename, resolve } from 'node:path'
import type { Api } from '../../../../../common/api/index.ts'
import type { ModelDownload } from '../../../../../common/model/chat-model.ts'
import { HearthError } from '../../../../../common/errors/index.ts'
import type { CommandGroup } from '../../../../cli/command-group.ts'
import { ask, command } from '../../../../cli/commands.ts'
import { modelCalled } from '../../../../cli/called.ts'
import { following } from '../../../../cli/following.ts'
import { mebibytes, told } from '../../../../cli/output.ts'

/** Waits for a model that is being brought in, and says how far it is. */
function bringing<T>(api: Api, name: string, work: Promise<T>): Promise<T> {
  const onProgress = told(name)
  return following(
    work,
    (signal) => api.models.watch(undefined, { signal }),
    ({ taking }) => void (taking && onProgress(taking.bytes, taking.of)),
  )
}

/** What is to be fetched: an entry of the catalogue as the hub has it now, or a link whose hash was given. */
async function downloadOf(
  api: Api,
  wanted: string,
  options: { sha256?: string; name?: string },
): Promise<ModelDownload> {
  if ((await api.models.catalogue()).some(({ id }) => id === wanted)) {
    const { download } = await api.models.lookUp({ id: wanted })
    return { ...download, name: options.name ?? download.name }
  }
  if (!URL.canParse(wanted))
    throw new HearthError('BAD_INPUT', `${wanted} is neither a link nor in the catalogue: hearth models catalogue`)
  if (options.sha256 === undefined)
    throw new HearthError('BAD_INPUT', '--sha256 is needed for a link: the hash that its publisher gives')
  return { url: wanted, sha256: options.sha256, name: options.name ?? null }
}

/** `models`: what avatars speak with. */
export const modelsCommands: CommandGroup = (models) => {
  command(models, 'list', 'list the models on this machine').action(
    ask(
      async (api) => {
        const { models: all, chosen } = await api.models.overview()
        return { models: all, chosen }
      },
      ({ models: all, chosen }) =>
        all
          .map(
            ({ id, name, facts, contextSize, quarantined }) =>
              `${id === chosen ? '*' : ' '} ${id}  ${name}: ${facts.architecture}, ${mebibytes(facts.bytes)}, ` +
              `${contextSize} tokens of context here${quarantined === null ? '' : `; set aside: ${quarantined}`}`,
          )
          .join('\n'),
    ),
  )
  command(models, 'add <file>', 'copy a GGUF file into the models')
    .option('--name <text>', 'what it is called; its own name without it')
    .action(
      ask(
        (api, { name = null }, [file]) => bringing(api, basename(file), api.models.take({ file: resolve(file), name })),
        ({ id, name }) => `${name}: hearth models choose ${id}`,
      ),
    )
  command(models, 'catalogue', 'list recommended models, without asking anybody').action(
    ask(
      async (api) => ({ models: await api.models.catalogue() }),
      ({ models: offered }) =>
        offered
          .map(
            ({ id, name, parameters, licence, languages }) =>
              `${id}  ${name}: ${parameters / 1e6} million weights, ${licence}, ${languages}`,
          )
          .join('\n'),
    ),
  )
  command(
    models,
    'fetch <url>',
    'fetch a GGUF file, by its link or by its name in the catalogue; a fetch that broke off resumes when the ' +
      'command is given again',
  )
    .option('--sha256 <hex>', 'the SHA-256 that its publisher gives, for a link')
    .option('--name <text>', 'what it is called; its own name without it')
    .action(
      ask(
        async (api, options, [wanted], { signal, host }) => {
          const download = await downloadOf(api, wanted, options)
          signal.addEventListener('abort', () => void host.models.stopFetch())
          return bringing(api, download.url, api.models.fetch(download))
        },
        ({ id, name }) => `${name}: hearth models choose ${id}`,
      ),
    )
  command(models, 'choose <model>', 'choose the model that avatars speak with').action(
    ask(
      async (api, _, [wanted]) => {
        const model = await modelCalled(api, wanted)
        await api.models.choose({ id: model.id })
        return model
      },
      ({ name }) => `${name} speaks from now on`,
    ),
  )
  command(models, 'remove <model>', 'delete a model').action(
    ask(
      async (api, _, [wanted]) => {
        const { id } = await modelCalled(api, wanted)
        await api.models.remove({ id })
        return { removed: id }
      },
      ({ removed }) => `${removed} was deleted`,
    ),
  )
  command(models, 'release <model>', 'allow a model that was set aside again').action(
    ask(
      async (api, _, [wanted]) => {
        const { id } = await modelCalled(api, wanted)
        await api.models.release({ id })
        return { released: id }
      },
      ({ released }) => `${released} may be tried again`,
    ),
  )
}
