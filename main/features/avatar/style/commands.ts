import { Option } from '@commander-js/extra-typings'
import type { Api } from '../../../../common/api/index.ts'
import { presetNames } from '../../../../common/model/recipe-presets.ts'
import type { Avatar } from '../../../../common/model/chat.ts'
import type { Style } from '../../../../common/model/style.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import type { CommandGroup } from '../../../cli/command-group.ts'
import { ask, command } from '../../../cli/commands.ts'
import { say } from '../../../cli/output.ts'
import { pick } from '../../../cli/pick.ts'

const inWords = ({
  id,
  name,
  model,
  created,
  figures: { replies, loss, lossBefore, facts, likeness },
}: Style): string =>
  [
    `${id}  ${name}, ${new Date(created).toISOString().slice(0, 16)}, on ${model}: ${replies} answers`,
    ...(loss === null || lossBefore === null ? [] : [`${lossBefore.toFixed(2)} to ${loss.toFixed(2)} nats a token`]),
    ...(likeness
      ? [`taken for yours ${(100 * likeness.before).toFixed(0)} % to ${(100 * likeness.after).toFixed(0)} %`]
      : []),
    ...(facts ? [`same source ${facts.kept} of ${facts.asked}`] : []),
  ].join(', ')

/** @throws HearthError NOT_FOUND */
async function avatarCalled(api: Api, name: string | undefined): Promise<Avatar> {
  const avatars = await api.chat.avatars()
  if (name !== undefined) return pick('avatar', avatars, name, (avatar) => [avatar.name])
  const [first] = avatars
  if (!first) throw new HearthError('NOT_FOUND', 'there is no avatar yet; make one in the window')
  return first
}

/** The style that somebody means. @throws HearthError NOT_FOUND, BAD_INPUT */
const styleCalled = async (api: Api, wanted: string): Promise<Style> =>
  pick('style', (await api.style.overview()).styles, wanted, ({ id, name }) => [id, name])

/** `avatar style`: how an avatar writes. */
export const styleCommands: CommandGroup = (avatar) => {
  const style = avatar.command('style').description('how an avatar writes, learnt from what you wrote')
  const whose = () => new Option('--avatar <name>', 'whose; without it the first')
  command(style, 'list', 'list the styles that were learnt').action(
    ask(
      async (api) => ({ styles: (await api.style.overview()).styles }),
      ({ styles }) => styles.map(inWords).join('\n') || 'none yet: hearth avatar style learn',
    ),
  )
  command(
    style,
    'learn',
    'learn a style from your answers to others; a host that runs goes on with it when the command is ended',
  )
    .addOption(whose())
    .addOption(new Option('--preset <name>', 'how thoroughly').choices(presetNames).default('balanced'))
    .action(
      ask(async (api, { avatar: name, preset }) => {
        const { id } = await api.style.learn({ avatar: (await avatarCalled(api, name)).id, preset })
        let told = ''
        for await (const { styles, jobs } of await api.style.watch()) {
          const job = jobs.find((candidate) => candidate.id === id)
          if (!job || job.state === 'cancelled') throw new HearthError('ABORTED', 'the learning was cancelled')
          if (job.state === 'failed')
            throw new HearthError('INTERNAL', `the style could not be learnt: ${job.error?.message ?? ''}`)
          if (job.state === 'ready') return styles[0]!
          if (job.state !== told) say(job.state)
          told = job.state
        }
        throw new HearthError('HOST_GONE', 'the host ended')
      }, inWords),
    )
  command(style, 'use <style>', 'let an avatar speak in a style')
    .addOption(whose())
    .option('--scale <number>', '0 is the model alone, 1 what was learnt, 2 the most', '1')
    .action(
      ask(
        async (api, { avatar: name, scale }, [id]) => {
          return api.style.use({
            avatar: (await avatarCalled(api, name)).id,
            style: (await styleCalled(api, id)).id,
            scale: Number(scale),
          })
        },
        ({ name }) => `${name} speaks in it`,
      ),
    )
  command(style, 'off', 'let an avatar write as its model does')
    .addOption(whose())
    .action(
      ask(
        async (api, { avatar: name }) =>
          api.style.use({
            avatar: (await avatarCalled(api, name)).id,
            style: null,
            scale: 1,
          }),
        ({ name }) => `${name} writes as its model does`,
      ),
    )
  command(style, 'remove <style>', 'delete a style; the memories it was learnt from stay').action(
    ask(
      async (api, _, [id]) => api.style.remove({ style: (await styleCalled(api, id)).id }),
      () => 'deleted',
    ),
  )
}
