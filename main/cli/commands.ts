import { resolve, sep } from 'node:path'
import { InvalidArgumentError, Option, type CommandUnknownOpts } from '@commander-js/extra-typings'
import type { Api } from '../../common/api/index.ts'
import { COIN_SYMBOL, parseCoins } from '../../common/model/money.ts'
import type { PersonalAction } from '../../common/model/action.ts'
import { defaultDataRoot } from '../core/paths.ts'
import { writingFor } from '../core/private-files.ts'
import { act } from './act.ts'
import { printError, printResult } from './output.ts'
import { withHost, type Call } from './with-host.ts'

export interface Globals {
  readonly dataDir: string
  readonly passphraseFile: string | null
  readonly json: boolean
}

export const whole = (text: string): number => {
  if (!/^\d{1,12}$/.test(text)) throw new InvalidArgumentError('a whole number is wanted')
  return Number(text)
}
export const coins = (text: string): bigint => {
  try {
    return parseCoins(text)
  } catch {
    throw new InvalidArgumentError(`an amount such as 12.5 is wanted, in ${COIN_SYMBOL}`)
  }
}
/** Gathers an option that may be given again. */
export const list = (value: string, before: string[]): string[] => [...before, value]

/** Adds a command; global options are accepted after it as well, where people type them. */
export const command = <const Usage extends string>(parent: CommandUnknownOpts, usage: Usage, description: string) =>
  parent
    .command(usage)
    .description(description)
    .addOption(new Option('--data-dir <folder>').hideHelp())
    .addOption(new Option('--passphrase-file <file>').hideHelp())
    .addOption(new Option('--json').hideHelp())

export function globals(from: CommandUnknownOpts): Globals {
  const { dataDir, passphraseFile, json } = from.optsWithGlobals()
  return {
    dataDir: typeof dataDir === 'string' ? dataDir : defaultDataRoot(),
    passphraseFile: typeof passphraseFile === 'string' ? passphraseFile : null,
    json: json === true,
  }
}

/** What commander hands to an action: the arguments, the options, and the command itself. */
type Given<Args extends unknown[], Opts> = [...Args, Opts, CommandUnknownOpts]
function parts<Args extends unknown[], Opts>(given: Given<Args, Opts>) {
  const self = given.at(-1) as CommandUnknownOpts
  // With those of its parents: an option that both have, the parent takes, wherever it stands.
  return { args: given.slice(0, -2) as Args, options: self.optsWithGlobals() as Opts, given: globals(self) }
}

const placeOf = (options: unknown): string | null =>
  typeof options === 'object' && options !== null && 'out' in options && typeof options.out === 'string'
    ? resolve(options.out)
    : null
const isInside = (path: string, folder: string): boolean => `${path}${sep}`.startsWith(`${resolve(folder)}${sep}`)

/** Runs a command's action and prints what it throws. */
export const handled =
  <Args extends unknown[], Opts>(run: (given: Globals, options: Opts, ...args: Args) => Promise<void>) =>
  async (...all: Given<Args, Opts>): Promise<void> => {
    const { args, options, given } = parts<Args, Opts>(all)
    try {
      const write = (): Promise<void> => run(given, options, ...args)
      const out = placeOf(options)
      await (out === null || isInside(out, given.dataDir) ? write() : writingFor(out, write))
    } catch (error) {
      printError(error, given.json)
    }
  }

/** A command that asks a host one thing and prints the answer. */
export const ask = <Args extends unknown[], Opts, T extends object>(
  run: (api: Api, options: Opts, args: Args, given: Globals & Call) => Promise<T>,
  text: (result: T) => string,
) =>
  handled<Args, Opts>(async (given, options, ...args) => {
    await withHost(given, async (api, call) => {
      const result = await run(api, options, args, { ...given, ...call })
      printResult(result, given.json, () => text(result))
    })
  })

/** A command that signs one action. */
export const send = <Args extends unknown[], Opts>(action: (options: Opts, args: Args) => PersonalAction) =>
  ask<Args, Opts, Awaited<ReturnType<typeof act>>>(
    (api, options, args) => act(api, action(options, args)),
    (row) => `${row.kind}: ${row.hash}`,
  )
