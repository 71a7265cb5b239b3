import { HearthError } from '../../../errors/index.ts'
import { recipientProblem, type RecipientProblem } from '../../../model/recipient.ts'
import { Address, Units } from '../../../model/values.ts'
import { actionsOf, defineContract } from '../../contract-module.ts'
import { abi } from './abi.gen.ts'

const refused: Readonly<Record<RecipientProblem, string>> = {
  address: 'the recipient is no address',
  checksum: 'a letter or a digit of the recipient’s address is wrong: it does not match its own check',
  nobody: 'the recipient’s address belongs to nobody',
}
const action = actionsOf<typeof abi>()

/** The ERC-20 that everything is paid in. It is approved to nobody: a deposit carries a permit. */
export const coin = defineContract({
  name: 'coin',
  artefact: 'Coin',
  abi,
  actions: {
    send: action({
      fields: { to: Address, amount: Units },
      personal: { to: Address, amount: Units.min(1n) },
      verbs: ['transfer'],
      needsBackup: true,
      amount: ({ value }) => value,
      encode: ({ to, amount }) => {
        const problem = recipientProblem(to)
        if (problem) throw new HearthError('BAD_INPUT', refused[problem])
        return ['transfer', to, amount]
      },
    }),
  },
  events: { Transfer: 'ignored', Approval: 'ignored', EIP712DomainChanged: 'ignored' },
  tables: [],
  migrations: [],
  constructorArguments: [],
  holdsCoins: false,
  gas: {},
  mutants: { sources: ['Coin.sol'], tests: ['Ledger.t.sol'] },
})
