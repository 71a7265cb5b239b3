import { Interface, Signature } from 'ethers'
import { Units } from '../../../model/values.ts'
import { actionsOf, defineContract, type Rows } from '../../contract-module.ts'
import { abi } from './abi.gen.ts'

const PERMIT_SECONDS = 3600
const nonces = new Interface(['function nonces(address owner) view returns (uint256)'])
const action = actionsOf<typeof abi>()

function addFree(rows: Rows, account: string, delta: bigint): void {
  const free = rows.get<{ free: string }>('select free from ledger_balances where account = ?', account)?.free ?? '0'
  rows.run(
    `insert into ledger_balances (account, free) values (?, ?)
     on conflict (account) do update set free = excluded.free`,
    account,
    String(BigInt(free) + delta),
  )
}

function addBucket(rows: Rows, module: string, id: bigint, delta: bigint): void {
  const where = [module, String(id)] as const
  const before = rows.get<{ amount: string }>('select amount from ledger_buckets where module = ? and id = ?', ...where)
  const amount = BigInt(before?.amount ?? '0') + delta
  if (amount === 0n) {
    rows.run('delete from ledger_buckets where module = ? and id = ?', ...where)
    rows.run('delete from ledger_holds where module = ? and id = ?', ...where)
    return
  }
  rows.run(
    `insert into ledger_buckets (module, id, amount) values (?, ?, ?)
     on conflict (module, id) do update set amount = excluded.amount`,
    ...where,
    String(amount),
  )
}

/** Notes whose coins are in a bucket. */
function addHold(rows: Rows, module: string, id: bigint, account: string, amount: bigint): void {
  const where = [module, String(id), account] as const
  const before = rows.get<{ amount: string }>(
    'select amount from ledger_holds where module = ? and id = ? and account = ?',
    ...where,
  )
  rows.run(
    `insert into ledger_holds (module, id, account, amount) values (?, ?, ?, ?)
     on conflict (module, id, account) do update set amount = excluded.amount`,
    ...where,
    String(BigInt(before?.amount ?? '0') + amount),
  )
}

/** The one contract that holds coins: free balances, and buckets of the contracts that it lets in. */
export const ledger = defineContract({
  name: 'ledger',
  artefact: 'Ledger',
  abi,
  actions: {
    deposit: action({
      fields: { amount: Units },
      personal: { amount: Units.min(1n) },
      verbs: ['depositWithPermit'],
      needsBackup: true,
      amount: ({ amount }) => amount,
      encode: async ({ amount }, { contracts: { coin = '' }, chainTime, account, read, permit }) => {
        const [nonce] = nonces.decodeFunctionResult(
          'nonces',
          await read(coin, nonces.encodeFunctionData('nonces', [account()])),
        )
        const deadline = Math.max(chainTime, Math.floor(Date.now() / 1000)) + PERMIT_SECONDS
        const { v, r, s } = Signature.from(await permit({ amount, nonce: nonce as bigint, deadline }))
        return ['depositWithPermit', amount, deadline, v, r, s]
      },
    }),
    withdraw: action({
      fields: { amount: Units },
      personal: { amount: Units.min(1n) },
      verbs: ['withdraw'],
      needsBackup: true,
      encode: ({ amount }) => ['withdraw', amount],
    }),
  },
  events: {
    Deposited: ({ args }, rows) => addFree(rows, args.account, args.amount),
    Withdrawn: ({ args }, rows) => addFree(rows, args.account, -args.amount),
    Held: ({ args }, rows) => {
      addFree(rows, args.account, -args.amount)
      addBucket(rows, args.module, args.id, args.amount)
      addHold(rows, args.module, args.id, args.account, args.amount)
    },
    Released: ({ args }, rows) => {
      addFree(rows, args.account, args.amount)
      addBucket(rows, args.module, args.id, -args.amount)
    },
    Closed: ({ args }, rows) => {
      addFree(rows, args.payee, args.paid)
      addFree(rows, args.payer, args.refunded)
      addBucket(rows, args.module, args.id, -(args.paid + args.refunded))
    },
    ModuleAdded: 'ignored',
    OwnershipTransferStarted: 'ignored',
    OwnershipTransferred: 'ignored',
  },
  tables: ['ledger_balances', 'ledger_buckets', 'ledger_holds'],
  migrations: [
    `
    create table ledger_balances (account text primary key, free text not null) strict;
    create table ledger_buckets (
      module text not null, id text not null, amount text not null, primary key (module, id)
    ) strict, without rowid;
    `,
    `
    create table ledger_holds (
      module text not null, id text not null, account text not null, amount text not null,
      primary key (module, id, account)
    ) strict, without rowid;
    create index ledger_holds_account on ledger_holds (account);
    `,
  ],
  constructorArguments: ['coin'],
  holdsCoins: false,
  gas: {},
  mutants: { sources: ['Ledger.sol'], tests: ['Ledger.t.sol'] },
})
