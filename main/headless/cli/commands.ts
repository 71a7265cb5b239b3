import { Command, InvalidArgumentError, Option } from 'commander'
import type { Api } from '../../../common/api/index.ts'
import { COIN_SYMBOL, parseCoins } from '../../../common/model/money.ts'
import type { PersonalAction } from '../../../common/model/action.ts'
import { defaultDataRoot } from '../../core/paths.ts'
import { act } from './act.ts'
import { printError, printResult } from './output.ts'
import { withHost } from './with-host.ts'

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

/** Adds a command; global options are accepted after it as well, where people type them. */
export const command = (parent: Command, name: string, description: string): Command =>
  parent
    .command(name)
    .description(description)
    .addOption(new Option('--data-dir <folder>').hideHelp())
    .addOption(new Option('--passphrase-file <file>').hideHelp())
    .addOption(new Option('--json').hideHelp())
const globals = (from: Command): Globals => ({
  dataDir: defaultDataRoot(),
  passphraseFile: null,
  json: false,
  ...from.optsWithGlobals<Partial<Globals>>(),
})
/** Runs a command's action and prints what it throws. */
export const handled =
  (run: (globals: Globals, options: Record<string, never>, ...args: never[]) => Promise<void>) =>
  async (...args: unknown[]): Promise<void> => {
    const self = args.at(-1) as Command
    try {
      await run(globals(self), self.optsWithGlobals(), ...(args.slice(0, -2) as never[]))
    } catch (error) {
      printError(error, globals(self).json)
    }
  }
/** A command that asks a host one thing and prints the answer. */
export const ask = <T extends object>(
  run: (api: Api, options: Record<string, never>, args: readonly never[], given: Globals) => Promise<T>,
  text: (result: T) => string,
) =>
  handled(async (given, options, ...args) => {
    const result = await withHost(given, (api) => run(api, options, args, given))
    printResult(result, given.json, () => text(result))
  })
/** A command that signs one action. */
export const send = (action: (options: Record<string, never>, args: readonly never[]) => PersonalAction) =>
  ask(
    (api, options, args) => act(api, action(options, args)),
    (row) => `${row.kind}: ${row.hash}`,
  )
