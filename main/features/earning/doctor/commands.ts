import type { CommandGroup } from '../../../cli/command-group.ts'
import { ask, command } from '../../../cli/commands.ts'
import { gateFixes } from '../../../cli/gate-fixes.ts'
import { gateWords } from '../../../cli/in-words.ts'

/** `doctor`: what stands between this machine and earning. */
export const doctorCommands: CommandGroup = (program) => {
  command(program, 'doctor', 'every gate between this machine and earning, with its value and a fix').action(
    ask(
      async (api) => ({ gates: await api.doctor.gates({}) }),
      ({ gates }) =>
        gates
          .map(
            (gate) =>
              `${{ ok: '✓', blocked: '✗', warning: '!', unknown: '?' }[gate.state]} ` +
              `${gate.name.padEnd(Math.max(...gates.map(({ name }) => name.length)))}  ` +
              `${gate.value ? gateWords(gate.value) : '—'}${gate.state === 'ok' ? '' : `\n    fix: ${gateFixes[gate.name]}`}`,
          )
          .join('\n'),
    ),
  )
}
