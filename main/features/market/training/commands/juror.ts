import type { Api } from '../../../../../common/api/index.ts'
import { COIN_SYMBOL, formatCoins } from '../../../../../common/model/money.ts'
import { HearthError } from '../../../../../common/errors/index.ts'
import { act } from '../../../../cli/act.ts'
import type { CommandGroup } from '../../../../cli/command-group.ts'
import { ask, command } from '../../../../cli/commands.ts'

/** `juror`: judging disputes between others. */
export const jurorCommands: CommandGroup = (program) => {
  const juror = program.command('juror').description('judge disputes about training between others')
  command(juror, 'status', 'show whether this machine may be drawn, and what it judges').action(
    ask(
      async (api) => ({ ...(await api.jobs.juror({})), duties: await api.jobs.jury({}) }),
      ({ machine, enrolled, others, duties }) =>
        [
          machine === null ? 'this machine is not registered on the market' : standingOf(machine, enrolled),
          `${others} machines of others may be drawn`,
          ...duties.map((it) => `job ${it.job.id}: ${it.state}; the dispute: ${it.dispute.state}`),
        ].join('\n'),
    ),
  )
  const steps = [
    ['enrol', 'enrolJuror', 'judge disputes, with a stake'],
    ['retire', 'retireJuror', 'judge nothing that is committed to from now on'],
    ['release', 'releaseJuror', 'take the stake back, 21 days after retiring'],
  ] as const
  for (const [name, kind, description] of steps)
    command(juror, name, description).action(
      ask(
        async (api) => {
          const { machine } = await api.jobs.juror({})
          if (machine === null) throw new HearthError('NO_MACHINE', 'this machine is not registered on the market')
          return act(api, { kind, machine })
        },
        (row) => `${row.kind}: ${row.hash}`,
      ),
    )
}

function standingOf(machine: number, enrolled: Awaited<ReturnType<Api['jobs']['juror']>>['enrolled']): string {
  if (!enrolled) return `machine ${machine} judges no disputes`
  const lost = `lost to fines: ${formatCoins(enrolled.fined)} ${COIN_SYMBOL}`
  if (enrolled.releasable === null) return `machine ${machine} judges disputes; ${lost}`
  return `machine ${machine} has retired; its stake is free from ${dateOf(enrolled.releasable)}; ${lost}`
}

const dateOf = (time: number): string => new Date(time * 1000).toISOString()
