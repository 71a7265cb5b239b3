import { COIN_SYMBOL, formatCoins } from '../../../../common/model/money.ts'
import { allPages } from '../../../../common/model/pages.ts'
import type { CommandGroup } from '../../../cli/command-group.ts'
import { ask, command } from '../../../cli/commands.ts'

/** `bench`: what this machine is worth. */
export const benchCommands: CommandGroup = (program) => {
  command(program, 'bench', 'measure this machine')
    .option('--quick', 'three short repetitions instead of five', false)
    .action(
      ask(
        (api, options) => api.earn.measure({ quick: options.quick }),
        ({ score: { points, full, missing }, parts, backends }) => {
          const atFullPower = full === null ? '' : `, ${full.toPrecision(3)} at full power`
          const unmeasured = missing.length > 0 ? ` (not measured: ${missing.join(', ')})` : ''
          return [
            `score      ${points.toPrecision(3)}${atFullPower}${unmeasured}`,
            ...Object.entries(parts).map(
              ([part, m]) =>
                `${part.padEnd(10)} ${m!.median.toExponential(3)} (${m!.low.toExponential(3)} to ` +
                `${m!.high.toExponential(3)})`,
            ),
            ...backends.map((it) => `${it.backend}: ${it.exact ? 'exact' : `not usable: ${it.message}`}`),
          ].join('\n')
        },
      ),
    )
}

/** `earn`: the idle time of this machine, for sale. */
export const earnCommands: CommandGroup = (program) => {
  const earn = program.command('earn').description('sell this machine’s idle time')
  command(earn, 'start', 'go online at the price in the settings').action(
    ask(
      (api) => api.earn.start({}),
      (it) => it.kind,
    ),
  )
  command(earn, 'stop', 'go offline').action(
    ask(
      (api) => api.earn.stop({}),
      (it) => it.kind,
    ),
  )
  command(earn, 'orders', 'list orders that this machine served').action(
    ask(
      async (api) => ({ orders: await allPages((offset) => api.earn.orders({ offset })) }),
      ({ orders }) =>
        orders
          .map(
            (it) =>
              `${it.order.id} ${it.state} ${it.unitsDone}/${it.work?.units ?? '?'} ${it.work?.unit ?? 'units'}, paid ` +
              `${formatCoins(it.order.paid)} ${COIN_SYMBOL}`,
          )
          .join('\n') || 'none yet',
    ),
  )
  command(earn, 'earnings', 'show the earnings').action(
    ask(
      (api) => api.earn.earnings({}),
      (it) => `${formatCoins(it.lifetime)} ${COIN_SYMBOL} in all, ${formatCoins(it.last24h)} in the last day`,
    ),
  )
}
