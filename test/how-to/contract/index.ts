import { actionsOf, defineContract } from '../../../common/chain/contract-module.ts'
import { Address, Hash, Units } from '../../../common/model/values.ts'
import { abi } from './abi.gen.ts'

const action = actionsOf<typeof abi>()

/** Tips from one account to another. */
export const tipJar = defineContract({
  name: 'tipJar',
  artefact: 'TipJar',
  abi,
  actions: {
    giveTip: action({
      fields: { to: Address, amount: Units, note: Hash },
      personal: { to: Address, amount: Units.min(1n), note: Hash },
      verbs: ['tip'],
      needsBackup: true,
      amount: ({ amount }) => amount,
      encode: ({ to, amount, note }) => ['tip', to, amount, note],
    }),
  },
  events: {
    Tipped: ({ args, time }, rows) =>
      rows.insert('tips', {
        id: Number(args.id),
        sender: args.from,
        recipient: args.to,
        amount: String(args.amount),
        time,
      }),
    Closed: 'ignored',
  },
  tables: ['tips'],
  migrations: [
    `create table tips (
       id integer primary key, sender text not null, recipient text not null, amount text not null, time integer not null
     ) strict;`,
  ],
  constructorArguments: ['ledger'],
  holdsCoins: true,
  gas: { tip: 120_000 },
  mutants: { sources: ['TipJar.sol'], tests: ['TipJar.t.sol'] },
})
