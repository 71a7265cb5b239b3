import { Argument } from '@commander-js/extra-typings'
import type { Recomputed } from '../../../common/api/explorer.ts'
import { HearthError } from '../../../common/errors/index.ts'
import { COIN_SYMBOL, formatCoins } from '../../../common/model/money.ts'
import { outcomeOf } from '../../../common/model/recomputed-names.ts'
import { thingKinds } from '../../../common/model/thing-kinds.ts'
import type { CommandGroup } from '../../cli/command-group.ts'
import { ask, command } from '../../cli/commands.ts'
import { exitCodes } from '../../cli/output.ts'
import { english } from '../../core/english.ts'

/** `explorer`: what the chain says, computed anew. */
export const explorerCommands: CommandGroup = (program) => {
  const explorer = program.command('explorer').description('look at the chain, and recompute what it says')
  command(explorer, 'check', 'recompute draws, receipts, payments and roots, and say whether they are equal')
    .addArgument(new Argument('<kind>', 'what is checked').choices(['transaction', ...thingKinds]))
    .argument('<id>', 'its number; of a transaction its hash')
    .option('--again', 'of a training job: execute the proof that is here again')
    .action(
      ask(
        async (api, { again }, [kind, id]) => {
          const rows =
            kind === 'transaction'
              ? await api.explorer.check({ hash: id })
              : await api.explorer.checkThing({ kind, id: numberOf(id), way: again ? 'again' : 'recompute' })
          const outcome = outcomeOf(rows)
          if (outcome === 'differs') process.exitCode = exitCodes.failed
          return { outcome: rows.length === 0 ? null : outcome, rows }
        },
        ({ outcome, rows }) =>
          [
            ...rows.map(lineOf),
            english(outcome === null ? ['explorer', 'nothingToCheck'] : ['explorer', 'outcomes', outcome]),
          ].join('\n'),
      ),
    )
}

function numberOf(text: string): number {
  if (!/^[1-9]\d{0,11}$/.test(text)) throw new HearthError('BAD_INPUT', 'a number from 1 is wanted, such as 5')
  return Number(text)
}

function lineOf({ what, of, here, said, why, means }: Recomputed): string {
  const part = of && `${english(['explorer', 'numbered', of.part], { of: String(of.number) })} · `
  const result =
    here === null || said === null
      ? english(['explorer', 'unknown', why ?? 'form'])
      : english(['explorer', here === said ? 'isEqual' : 'isDifferent'])
  const shown = (text: string | null): string =>
    text === null ? '–' : means === 'coins' ? `${formatCoins(BigInt(text))} ${COIN_SYMBOL}` : text
  return `${part ?? ''}${english(['explorer', 'checked', what])}: ${result}\n  ${shown(here)}\n  ${shown(said)}`
}
