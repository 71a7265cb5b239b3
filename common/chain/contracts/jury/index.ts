import { seatStates } from '../../../model/dispute.ts'
import { changeAndNote, defineContract, stateOf, type Fields, type Rows } from '../../contract-module.ts'
import { abi } from './abi.gen.ts'
import { actions } from './actions.ts'

function changeSeat(rows: Rows, args: { id: bigint; round: bigint; machine: bigint }, fields: Fields): void {
  rows.change('jury_seats', fields, {
    dispute: Number(args.id),
    round: Number(args.round),
    machine: Number(args.machine),
  })
}

const change = (rows: Rows, id: bigint, fields: Fields): void => changeAndNote(rows, 'disputes', id, fields)

/** Machines that judge, and the disputes that they judge. */
export const jury = defineContract({
  name: 'jury',
  artefact: 'Jury',
  abi,
  actions,
  events: {
    JurorEnrolled: ({ args: { machine, owner } }, rows) =>
      rows.run('insert or replace into jurors (machine, owner) values (?, ?)', Number(machine), owner),
    JurorRetired: ({ args: { machine, releasable } }, rows) =>
      rows.change('jurors', { releasable: Number(releasable) }, { machine: Number(machine) }),
    JurorReleased: ({ args: { machine } }, rows) => rows.run('delete from jurors where machine = ?', Number(machine)),
    JurorFined: ({ args: { machine, amount } }, rows) => {
      const row = rows.get<{ fined: string }>('select fined from jurors where machine = ?', Number(machine))
      if (row) rows.change('jurors', { fined: String(BigInt(row.fined) + amount) }, { machine: Number(machine) })
    },
    CaseOpened: ({ args }, rows) => {
      rows.insert('disputes', {
        id: Number(args.id),
        accuser: args.accuser,
        accused: args.accused,
        bond: String(args.bond),
        state: 'called',
        beacon_block: Number(args.beaconBlock),
        transactions: '[]',
      })
      rows.trail('disputes', Number(args.id))
    },
    SeatDrawn: ({ args }, rows) => {
      change(rows, args.id, { state: 'voting' })
      rows.insert('jury_seats', {
        dispute: Number(args.id),
        round: Number(args.round),
        machine: Number(args.machine),
        owner: args.owner,
        until: Number(args.until),
        state: 'drawn',
      })
    },
    DrawsSpent: ({ args: { id } }, rows) => change(rows, id, { spent: 1 }),
    SeatSealed: ({ args }, rows) => changeSeat(rows, args, { state: 'sealed' }),
    SeatEmptied: ({ args }, rows) => changeSeat(rows, args, { state: stateOf(seatStates, args.state + 1n) }),
    SeatRevealed: ({ args }, rows) => changeSeat(rows, args, { state: args.guilty ? 'guilty' : 'innocent' }),
    VotingEnded: ({ args: { id, deadline } }, rows) =>
      change(rows, id, { state: 'revealing', deadline: Number(deadline) }),
    CaseRuled: ({ args: { id, guilty, deadline } }, rows) =>
      change(rows, id, { state: 'ruled', guilty: guilty ? 1 : 0, deadline: Number(deadline) }),
    CaseAppealed: ({ args }, rows) =>
      change(rows, args.id, {
        state: 'called',
        round: Number(args.round),
        beacon_block: Number(args.beaconBlock),
        spent: 0,
        deadline: null,
      }),
    CaseClosed: ({ args: { id, guilty } }, rows) =>
      change(rows, id, { state: 'closed', guilty: guilty ? 1 : 0, deadline: null }),
  },
  tables: ['jurors', 'disputes', 'jury_seats'],
  migrations: [
    `
    create table jurors (
      machine integer primary key, owner text not null, releasable integer, fined text not null default '0'
    ) strict;
    create index jurors_owner on jurors (owner);
    create table disputes (
      id integer primary key, accuser text not null, accused text not null, bond text not null, state text not null,
      round integer not null default 0, guilty integer not null default 0, beacon_block integer not null,
      spent integer not null default 0, deadline integer, transactions text not null
    ) strict;
    create table jury_seats (
      dispute integer not null, round integer not null, machine integer not null, owner text not null,
      until integer not null, state text not null, primary key (dispute, round, machine)
    ) strict, without rowid;
    create index jury_seats_machine on jury_seats (machine);
    `,
  ],
  constructorArguments: ['ledger', 'market'],
  holdsCoins: true,
  buckets: { plain: 'dispute', bit255: 'juror' },
  gas: {},
  mutants: {
    sources: ['Jury.sol'],
    tests: ['Jury.t.sol', 'JuryVerdict.t.sol', 'JurySteps.t.sol', 'DisputeAttacks.t.sol'],
  },
})
