import { personalInWords } from '../../../../../common/model/personal-kinds.ts'
import { basename, resolve } from 'node:path'
import { Option, type Command, type OptionValues } from '@commander-js/extra-typings'
import type { Api } from '../../../../../common/api/index.ts'
import {
  dateOrders,
  importFormats,
  licenceUses,
  type DateOrder,
  type ImportFormat,
} from '../../../../../common/model/data-names.ts'
import type { Release, ReleaseTerms } from '../../../../../common/model/dataset.ts'
import { modelCalled, runCalled } from '../../../../cli/called.ts'
import type { CommandGroup } from '../../../../cli/command-group.ts'
import { ask, coins, command, whole } from '../../../../cli/commands.ts'
import { zoneOption } from '../../../../cli/reading.ts'
import { upload } from '../../../../cli/upload.ts'
import { sellRelease } from './sell-release.ts'

interface ListOptions {
  readonly price: bigint
  readonly name?: string
  readonly description: string
  readonly use: ReleaseTerms['licence']['use']
  readonly redistribution: boolean
  readonly term?: number
  readonly royalty: number
  readonly parent?: number
  readonly asset?: number
  readonly agree: boolean
}
interface FileOptions extends ListOptions {
  readonly format?: ImportFormat
  readonly dates?: DateOrder
  readonly zone?: string
  readonly country: string
}

interface Sealed {
  readonly dataset: string
  /** What its report says of personal data that is left; null where it has no texts. */
  readonly personal: string | null
  /** What was taken out of it, by kind. */
  readonly hidden: Readonly<Record<string, number>>
  readonly release: Release
}

async function sealTexts(
  api: Api,
  path: string,
  terms: ReleaseTerms,
  { format, dates, zone, country, asset }: FileOptions,
): Promise<Sealed> {
  const { id, cleaned } = await api.data.create({
    name: terms.name,
    upload: await upload(api, resolve(path)),
    format: format ?? null,
    dateOrder: dates ?? null,
    zone: zone ?? null,
    country,
  })
  return {
    dataset: id,
    personal: cleaned ? personalInWords(cleaned.report.personal) : null,
    hidden: cleaned!.counts,
    release: await api.data.seal({ dataset: id, terms, asset: asset ?? null }),
  }
}

async function sealMedia(api: Api, path: string, terms: ReleaseTerms, { asset }: ListOptions): Promise<Sealed> {
  const { id, hidden } = await api.data.collect({ name: terms.name, upload: await upload(api, resolve(path)) })
  return {
    dataset: id,
    personal: null,
    hidden: { place: hidden.located, 'other metadata': hidden.saying },
    release: await api.data.sealCollection({ collection: id, terms, asset: asset ?? null }),
  }
}

/** Seals something by its name, publishes it, shows the drawn rows and lists it: what the window does in steps. */
async function list(api: Api, name: string, options: ListOptions, seal: (terms: ReleaseTerms) => Promise<Sealed>) {
  const terms: ReleaseTerms = {
    name: options.name ?? name,
    description: options.description,
    licence: { use: options.use, redistribution: options.redistribution, term: options.term ?? null },
    royalty: options.royalty * 100,
    parent: options.parent ?? null,
  }
  const { dataset, hidden, personal, release } = await seal(terms)
  const sealed = { dataset, personal, release: release.id, cid: release.cid, rows: release.metadata.rows ?? 0, hidden }
  return options.agree
    ? { ...sealed, ...(await sellRelease(api, release, options.price)) }
    : { ...sealed, asset: null, publish: null, list: null }
}
type Listed = Awaited<ReturnType<typeof list>>

/** A command that lists something: its terms are the same whatever it is. */
const listing = <Args extends unknown[], Opts extends OptionValues>(it: Command<Args, Opts, OptionValues>) =>
  it
    .requiredOption('--price <coins>', 'what it costs', coins)
    .option('--agree', 'publish it, and show the rows that the lot draws to everybody', false)
    .option('--name <text>', 'its title; its own name without it')
    .option('--description <text>', 'what it is', '')
    .addOption(new Option('--use <use>', 'the licence').choices(licenceUses).default('train'))
    .option('--redistribution', 'it may be passed on', false)
    .option('--term <days>', 'days that it may be used; without an end otherwise', whole)
    .option('--royalty <percent>', 'what works built on it owe', whole, 5)
    .option('--parent <asset>', 'the asset that it is built on', whole)
    .option('--asset <number>', 'the asset whose next version it is', whole)
const describeListed = ({ cid, rows, hidden, personal, asset }: Listed): string =>
  [
    `${cid}: ${rows} rows`,
    ...(Object.keys(hidden).length > 0
      ? [
          `hidden: ${Object.entries(hidden)
            .map(([kind, count]) => `${count} ${kind}`)
            .join(', ')}`,
        ]
      : []),
    ...(personal === null ? [] : [`left in it: ${personal}`]),
    asset === null
      ? 'Nothing has left this machine. Look at it in the window, or run this again with --agree.'
      : `on the market as asset ${asset}`,
  ].join('\n')

/** `data list`, `list-adapter` and `list-model`: what is put on the market. */
export const listCommands: CommandGroup = (data) => {
  listing(
    command(
      data,
      'list <file>',
      'clean an export, seal it and put it on the market; without --agree it only says what would leave',
    ),
  )
    .option('--media', 'the file is a picture, a recording, or an archive of them', false)
    .addOption(new Option('--format <name>', 'what the file is, where its name does not tell').choices(importFormats))
    .addOption(
      new Option('--dates <order>', 'the order of day and month, where the file does not tell').choices(dateOrders),
    )
    .addOption(zoneOption())
    .option('--country <code>', 'where phone numbers without a country’s code are from', 'US')
    .action(
      ask((api, options, [file]) => {
        return list(api, basename(file), options, (terms) =>
          (options.media ? sealMedia : sealTexts)(api, file, terms, options),
        )
      }, describeListed),
    )
  listing(
    command(data, 'list-adapter <run>', 'seal an adapter that was trained here, and put it on the market'),
  ).action(
    ask(async (api, options, [wanted]) => {
      const { id: run, name } = await runCalled(api, wanted)
      return list(api, name, options, async (terms) => ({
        dataset: run,
        personal: null,
        hidden: {},
        release: await api.data.sealAdapter({ run, terms, asset: options.asset ?? null }),
      }))
    }, describeListed),
  )
  listing(command(data, 'list-model <model>', 'seal a model that avatars speak with, and put it on the market')).action(
    ask(async (api, options, [id]) => {
      const model = await modelCalled(api, id)
      return list(api, model.name, options, async (terms) => ({
        dataset: model.id,
        personal: null,
        hidden: {},
        release: await api.data.sealModel({ model: model.id, terms, asset: options.asset ?? null }),
      }))
    }, describeListed),
  )
}
