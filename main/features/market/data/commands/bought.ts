import type { Api } from '../../../../../common/api/index.ts'
import type { BoughtUses } from '../../../../../common/api/data.ts'
import type { BoughtWay, LicenceLimit } from '../../../../../common/model/bought-names.ts'
import { HearthError } from '../../../../../common/errors/index.ts'
import type { CommandGroup } from '../../../../cli/command-group.ts'
import { ask, command, whole } from '../../../../cli/commands.ts'
import { leftOut } from '../../../../cli/reading.ts'

const WAYS: Readonly<Record<BoughtWay, string>> = {
  train: 'train on it: hearth recipe new --data',
  remember: 'bring it into the memory: hearth data remember',
  table: 'look at it as a table: hearth table profile',
}
const LIMITS: Readonly<Record<LicenceLimit, string>> = {
  use: 'its licence does not allow this',
  term: 'the time for which its licence allowed this is over',
}

const inWords = ({ folder, licence, ways }: BoughtUses): string =>
  [
    folder,
    licence === null
      ? 'what its licence allows is not known here: its seller cannot be reached'
      : `licence: ${licence.use}, ${licence.redistribution ? 'may' : 'must not'} be passed on` +
        (licence.term === null ? '' : `, for ${licence.term} days`),
    ...ways.flatMap(({ way, files, limit }) =>
      files.length === 0 ? [] : [`${WAYS[way]} (${limit === null ? files.join(', ') : LIMITS[limit]})`],
    ),
  ].join('\n')

const nameOf = async (api: Api, sale: number): Promise<string> => {
  const { bought, kept } = await api.data.overview({})
  return bought.find((item) => item.sale.id === sale)?.own?.name ?? kept.find((item) => item.sale === sale)?.name ?? ''
}

/** What becomes of bought data. */
export const boughtCommands: CommandGroup = (data) => {
  command(data, 'uses <sale>', 'say where bought data lies, and what its licence allows').action(
    ask((api, _, [sale]) => api.data.uses({ sale: whole(sale) }), inWords),
  )
  command(data, 'remember <sale>', 'bring bought data into the memory of your avatars, as private')
    .option('--file <path>', 'which of its files; the first that can be read without it')
    .action(
      ask(
        async (api, { file }, [id]) => {
          const sale = whole(id)
          const { ways } = await api.data.uses({ sale })
          const path = file ?? ways.find(({ way }) => way === 'remember')?.files[0]
          if (path === undefined) throw new HearthError('BAD_INPUT', 'there is nothing in it to remember')
          const { upload } = await api.data.handOver({ sale, path, way: 'remember' })
          return api.avatar.import({
            name: `${await nameOf(api, sale)} (bought, ${sale})`,
            upload,
            format: null,
            dateOrder: null,
            label: 'private',
          })
        },
        ({ id, items, skipped }) => [`source ${id}: ${items} memories`, ...leftOut(skipped)].join('\n'),
      ),
    )
}
