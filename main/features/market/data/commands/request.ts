import { act } from '../../../../cli/act.ts'
import type { CommandGroup } from '../../../../cli/command-group.ts'
import { ask, coins, command, send, whole } from '../../../../cli/commands.ts'
import { price } from './trade.ts'

/** `data request`: bounties for data that nobody offers yet. */
export const requestCommands: CommandGroup = (data) => {
  const request = command(data, 'request', 'ask for data with a bounty')
  command(request, 'ls', 'list the requests').action(
    ask(
      async (api) => ({ requests: await api.data.requests({}) }),
      ({ requests }) =>
        requests
          .map(
            ({ request: it, brief }) =>
              `${it.id}  ${it.state.padEnd(10)} ${price(it.bounty)}  ${brief?.title ?? ''}  answers: ` +
              `${it.answers.join(', ') || 'none'}`,
          )
          .join('\n') || 'nothing',
    ),
  )
  command(request, 'open <title>', 'open a request with a bounty')
    .requiredOption('--bounty <coins>', 'what it is worth', coins)
    .option('--text <text>', 'more about it', '')
    .action(
      ask(
        async (api, { bounty, text }, [title]) => {
          const { brief } = await api.data.prepareRequest({ title: title, text })
          return act(api, { kind: 'openRequest', bounty, brief })
        },
        ({ hash }) => hash!,
      ),
    )
  command(request, 'answer <request> <asset>', 'offer an asset for the bounty of a request').action(
    send((_, [id, asset]) => ({ kind: 'answerRequest', request: whole(id), asset: whole(asset) })),
  )
  command(request, 'take <request> <asset>', 'take an answer').action(
    ask(
      async (api, _, [id, asset]) => {
        const { current } = (await api.data.asset({ asset: whole(asset) })).asset
        return act(api, { kind: 'acceptAnswer', request: whole(id), asset: whole(asset), version: current.version })
      },
      ({ hash }) => hash!,
    ),
  )
  command(request, 'withdraw <request>', 'withdraw a request and its bounty').action(
    send((_, [id]) => ({ kind: 'withdrawRequest', id: whole(id) })),
  )
}
