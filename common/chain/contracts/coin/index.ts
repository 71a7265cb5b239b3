import { Address, Units } from '../../../model/values.ts'
import { actionsOf, defineContract } from '../../contract-module.ts'
import { abi } from './abi.gen.ts'

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
      encode: ({ to, amount }) => ['transfer', to, amount],
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
