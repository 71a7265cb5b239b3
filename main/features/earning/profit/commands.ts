import { readFile, writeFile } from 'node:fs/promises'
import { InvalidArgumentError } from '@commander-js/extra-typings'
import { COIN_SYMBOL, formatCoins } from '../../../../common/model/money.ts'
import type { ProfitSettings } from '../../../../common/model/profit/tariff.ts'
import type { Balance, ProfitView } from '../../../../common/api/profit.ts'
import type { CommandGroup } from '../../../cli/command-group.ts'
import { writingFor } from '../../../core/private-files.ts'
import { ask, command, whole } from '../../../cli/commands.ts'

/** Millionths of an amount such as 0.31. */
function micros(text: string): number {
  if (!/^-?\d{1,5}(?:\.\d{1,6})?$/.test(text)) throw new InvalidArgumentError('an amount such as 0.31 is wanted')
  return Math.round(Number(text) * 1e6)
}

const second = (units: bigint | null): string =>
  units === null ? 'not known' : `${formatCoins(units)} ${COIN_SYMBOL} a second`

function inWords({ settings, lifetime, last24h, price, floor, offers, suggestion }: ProfitView): string {
  const money = (nanos: bigint | null): string =>
    nanos === null ? 'not known' : `${(Number(nanos) / 1e9).toFixed(4)} ${settings.currency}`
  const balance = ({ earned, joules, cost, net, measured }: Balance): string => {
    const energy =
      joules === null ? 'no energy recorded' : `${(joules / 3.6e6).toFixed(4)} kWh${measured ? '' : ' (estimated)'}`
    return `${formatCoins(earned)} ${COIN_SYMBOL}, ${energy}, electricity ${money(cost)}, left ${money(net)}`
  }
  const market = offers
    ? `${offers.count} other offers, ${[offers.p10, offers.median, offers.p90].map(second).join(' · ')}`
    : 'no other offers'
  return [
    `last day   ${balance(last24h)}`,
    `in all     ${balance(lifetime)}`,
    `price      ${second(price)}; pays for the electricity from ${second(floor)}`,
    `market     ${market}`,
    `suggested  ${second(suggestion.price)} (${suggestion.reasons.join(', ')})`,
  ].join('\n')
}

/** `profit`: what earning leaves after the electricity. */
export const profitCommands: CommandGroup = (program) => {
  const profit = command(program, 'profit', 'what earning leaves after the electricity, and what to ask').action(
    ask((api) => api.profit.view({}), inWords),
  )
  command(profit, 'set', 'the tariff and what the machine draws')
    .option('--flat <amount>', 'one price of a kWh, in the currency', micros)
    .option('--currency <code>', 'three letters, such as EUR')
    .option('--coin <amount>', 'what a coin is worth to you', micros)
    .option('--watts <number>', 'watts at work, for a machine that tells none', whole)
    .option('--base <number>', 'further watts while it works', whole)
    .option('--never-below-cost', 'stand back while the price does not pay for the electricity')
    .option('--no-never-below-cost', 'work at any price')
    .action(
      ask(
        async (api, { flat, currency, coin, watts, base, neverBelowCost }) => {
          const { settings } = await api.profit.view({})
          const next: ProfitSettings = {
            ...settings,
            ...(flat === undefined ? {} : { tariff: { kind: 'flat', price: flat } }),
            ...(currency === undefined ? {} : { currency }),
            ...(coin === undefined ? {} : { coinValue: coin }),
            ...(watts === undefined ? {} : { assumedWatts: watts }),
            ...(base === undefined ? {} : { baseWatts: base }),
            ...(neverBelowCost === undefined ? {} : { neverBelowCost }),
          }
          await api.profit.change(next)
          return next
        },
        (settings) => JSON.stringify(settings, null, 2),
      ),
    )
  command(profit, 'import-feed <file>', 'prices that change, as JSON or CSV with the columns start and price').action(
    ask(
      async (api, _, [file]) => api.profit.importFeed({ text: await readFile(file, 'utf8') }),
      ({ prices, from, to }) => `${prices} prices, ${new Date(from).toISOString()} to ${new Date(to).toISOString()}`,
    ),
  )
  command(profit, 'csv <file>', 'one line a payment with its energy and its cost, for the tax').action(
    ask(
      async (api, _, [file]) => {
        const { text } = await api.profit.csv({})
        await writingFor(file, () => writeFile(file, text))
        return { file: String(file) }
      },
      ({ file }) => file,
    ),
  )
}
