import { toUtf8String, Utf8ErrorFuncs } from 'ethers'
import { defineContract, known } from '../../contract-module.ts'
import { abi } from './abi.gen.ts'
import { actions } from './actions.ts'

/** Machines, offers and orders of computing time. */
export const market = defineContract({
  name: 'market',
  artefact: 'Market',
  abi,
  actions,
  events: {
    MachineAdded: ({ args: { id, owner, spec, peer } }, rows) =>
      rows.insert('machines', { id: Number(id), owner, state: 'live', spec, peer }),
    MachineAnnounced: ({ args: { id, addresses } }, rows) =>
      rows.change('machines', { addresses: toUtf8String(addresses, Utf8ErrorFuncs.replace) }, { id: Number(id) }),
    MachineRemoved: ({ args: { id } }, rows) => rows.change('machines', { state: 'removed' }, { id: Number(id) }),
    OfferMade: ({ args: { id, machine, owner, price, maxSeconds } }, rows) =>
      rows.insert('offers', {
        id: Number(id),
        machine: Number(machine),
        owner,
        price: String(price),
        max_seconds: Number(maxSeconds),
        state: 'open',
      }),
    OfferCancelled: ({ args: { id } }, rows) => rows.change('offers', { state: 'cancelled' }, { id: Number(id) }),
    OrderPlaced: ({ args, transactionHash }, rows) => {
      const offer = Number(args.offer)
      const { machine, owner, price } = known(
        rows.get<{ machine: number; owner: string; price: string }>(
          'select machine, owner, price from offers where id = ?',
          offer,
        ),
        `offer ${offer}`,
      )
      rows.change('offers', { state: 'taken' }, { id: offer })
      rows.insert('orders', {
        id: Number(args.id),
        offer,
        machine,
        buyer: args.buyer,
        provider: owner,
        price,
        start: Number(args.start),
        end: Number(args.end),
        work: args.work,
        state: 'active',
        placed_tx: transactionHash,
      })
    },
    OrderRenewed: ({ args: { id, end } }, rows) => rows.change('orders', { end: Number(end) }, { id: Number(id) }),
    OrderClosed: ({ args, transactionHash, time }, rows) => {
      const id = Number(args.id)
      const completed = args.state === 2n
      rows.change(
        'orders',
        {
          state: completed ? 'completed' : 'failed',
          served: Number(args.served),
          paid: String(args.paid),
          refunded: String(args.refunded),
          closed_tx: transactionHash,
          closed_time: time,
        },
        { id },
      )
      const count = completed ? 'done' : 'failed'
      rows.run(`update machines set ${count} = ${count} + 1 where id = (select machine from orders where id = ?)`, id)
    },
    EIP712DomainChanged: 'ignored',
  },
  tables: ['machines', 'offers', 'orders'],
  migrations: [
    `
    create table machines (
      id integer primary key, owner text not null, state text not null, spec text not null, peer text not null,
      addresses text, done integer not null default 0, failed integer not null default 0
    ) strict;
    create table offers (
      id integer primary key, machine integer not null, owner text not null, price text not null,
      max_seconds integer not null, state text not null
    ) strict;
    create table orders (
      id integer primary key, offer integer not null, machine integer not null, buyer text not null,
      provider text not null, price text not null, start integer not null, end integer not null, work text not null,
      state text not null, served integer not null default 0, paid text not null default '0',
      refunded text not null default '0', placed_tx text not null, closed_tx text, closed_time integer
    ) strict;
    create index orders_buyer on orders (buyer);
    create index orders_provider on orders (provider);
    `,
  ],
  constructorArguments: ['ledger'],
  holdsCoins: true,
  buckets: { plain: 'order', bit255: 'machine' },
  clock: { begin: ['OrderPlaced'], end: ['OrderClosed'] },
  gas: { placeOrder: 135_000, settle: 70_000, complete: 55_000 },
  mutants: { sources: ['Market.sol'], tests: ['Market.t.sol'] },
})
