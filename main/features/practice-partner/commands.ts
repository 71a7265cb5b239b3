import type { PartnerView } from '../../../common/api/partner.ts'
import type { CommandGroup } from '../../cli/command-group.ts'
import { ask, command } from '../../cli/commands.ts'

const words = ({ state, offering, selling, ordered, bought, problem }: PartnerView): string =>
  [
    `practice partner: ${state}`,
    ...(offering ? ['its machine can be ordered from'] : []),
    ...(selling === null ? [] : [`it sells asset ${selling}`]),
    `${ordered} orders placed, ${bought} datasets bought`,
    ...(problem === null ? [] : [`problem: ${problem}`]),
  ].join('\n')

/** `partner`: somebody to trade with on a practice network. */
export const partnerCommands: CommandGroup = (program) => {
  const partner = program.command('partner').description('somebody to trade with on a practice network of your own')
  command(partner, 'on', 'bring it, while Hearth runs').action(ask((api) => api.partner.turn({ on: true }), words))
  command(partner, 'off', 'send it away').action(ask((api) => api.partner.turn({ on: false }), words))
}
