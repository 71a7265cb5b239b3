import { resolve } from 'node:path'
import type { Api } from '../../../../common/api/index.ts'
import type { Embedder } from '../../../../common/model/embedder.ts'
import type { CommandGroup } from '../../../cli/command-group.ts'
import { ask, command } from '../../../cli/commands.ts'
import { following } from '../../../cli/following.ts'
import { mebibytes, told } from '../../../cli/output.ts'

const asText = ({ name, dimensions, bytes }: Embedder): string =>
  `${name}: ${dimensions} dimensions, ${mebibytes(bytes)}; memories are read with it by the host, or by the next ` +
  `avatar import`

/** Waits for the model that is being brought in, and says how far it is. */
function bringing(api: Api, what: string, work: Promise<Embedder>): Promise<Embedder> {
  const onProgress = told(what)
  return following(
    work,
    (signal) => api.embedder.watch(undefined, { signal }),
    ({ taking }) => void (taking && onProgress(taking.bytes, taking.of)),
  )
}

/** `models embedder`: the model by which memories are found by what they mean. */
export const embedderCommands: CommandGroup = (models) => {
  const embedder = models
    .command('embedder')
    .description('the model that finds memories by what they mean, in many languages')
  command(embedder, 'show', 'the model that is here').action(
    ask(
      async (api) => ({ embedder: (await api.embedder.overview()).embedder }),
      ({ embedder: current }) =>
        current ? asText(current) : 'none yet, so words alone decide: hearth models embedder fetch',
    ),
  )
  command(
    embedder,
    'fetch',
    'fetch the one that is offered; a fetch that broke off resumes when the command is given again',
  ).action(
    ask((api, _, __, { signal, host }) => {
      signal.addEventListener('abort', () => void host.embedder.stopFetch())
      return bringing(api, 'fetched', api.embedder.fetch())
    }, asText),
  )
  command(
    embedder,
    'take <folder>',
    'take a copy of a folder of model.onnx and tokenizer.json, of the E5 family',
  ).action(ask((api, _, [folder]) => bringing(api, 'copied', api.embedder.take({ folder: resolve(folder) })), asText))
  command(embedder, 'remove', 'delete it; memories are then found by their words alone').action(
    ask(
      async (api) => {
        await api.embedder.remove()
        return { removed: true }
      },
      () => 'deleted',
    ),
  )
}
