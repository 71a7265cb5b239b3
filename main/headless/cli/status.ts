import type { Gate } from '../../../common/api/doctor.ts'
import type { Earnings } from '../../../common/api/earn.ts'
import type { Overview } from '../../../common/api/system.ts'
import { COIN_SYMBOL, formatCoins } from '../../../common/model/money.ts'
import type { CommandGroup } from '../../cli/command-group.ts'
import { ask, command } from '../../cli/commands.ts'
import { gateFixes } from '../../cli/gate-fixes.ts'
import { gateWords } from '../../cli/in-words.ts'

export interface Status extends Pick<Overview, 'earning' | 'network' | 'setAside' | 'wallet'> {
  readonly earnings: Pick<Earnings, 'lifetime' | 'last24h'>
  /** What keeps this machine from earning. */
  readonly problems: readonly Gate[]
}

/** What a person wants to know at a glance, one line each. */
export function statusInWords({ earning, network, wallet, setAside, earnings, problems }: Status): string {
  return [
    `${earning.kind}${'reason' in earning ? `: ${earning.reason}` : ''}`,
    `network ${network.name}, block ${network.head ?? 'none'}${network.problem ? `: ${network.problem.message}` : ''}`,
    `wallet ${wallet.address ?? 'none'} (${wallet.state})`,
    `earned ${formatCoins(earnings.lifetime)} ${COIN_SYMBOL} in all, ${formatCoins(earnings.last24h)} in the last day`,
    ...setAside.map(
      (file) => `damaged, kept, and begun anew or restored: ${file} (delete it when you need it no more)`,
    ),
    ...problems.map(({ name, value }) => `problem ${name}${value ? `: ${gateWords(value)}` : ''} (${gateFixes[name]})`),
  ].join('\n')
}

/** `status`: this machine at a glance. */
export const statusCommands: CommandGroup = (program) => {
  command(program, 'status', 'show what this machine is doing, the wallet, the earnings and any problems').action(
    ask(async (api) => {
      const [overview, { lifetime, last24h }, gates] = await Promise.all([
        api.system.overview({}),
        api.earn.earnings({}),
        api.doctor.gates({}),
      ])
      const problems = gates.filter(({ state }) => state === 'blocked')
      return { ...overview, earnings: { lifetime, last24h }, problems }
    }, statusInWords),
  )
}
