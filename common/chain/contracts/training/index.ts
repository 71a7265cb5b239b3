import { jobStates } from '../../../model/training-job.ts'
import { changeAndNote, defineContract, known, stateOf, type Fields, type Rows } from '../../contract-module.ts'
import { abi } from './abi.gen.ts'
import { actions } from './actions.ts'

const change = (rows: Rows, id: bigint, fields: Fields): void => changeAndNote(rows, 'training_jobs', id, fields)

/** Training jobs, paid by milestones. */
export const training = defineContract({
  name: 'training',
  artefact: 'Training',
  abi,
  actions,
  events: {
    JobOpened: ({ args }, rows) => {
      rows.insert('training_jobs', {
        id: Number(args.id),
        customer: args.customer,
        machine: Number(args.machine),
        work: args.recipe,
        price: String(args.price),
        milestones: Number(args.milestones),
        duration: Number(args.duration),
        state: 'open',
        transactions: '[]',
      })
      rows.trail('training_jobs', Number(args.id))
    },
    JobAccepted: ({ args }, rows) =>
      change(rows, args.id, { state: 'active', provider: args.provider, deadline: Number(args.deadline) }),
    JobCommitted: ({ args }, rows) =>
      change(rows, args.id, {
        state: 'committed',
        root: args.root,
        checkpoints: Number(args.checkpoints),
        beacon_block: Number(args.beaconBlock),
      }),
    JobSampled: ({ args }, rows) =>
      change(rows, args.id, { state: 'sampled', beacon: args.beacon, deadline: Number(args.deadline) }),
    // The last one is followed by JobClosed in the same transaction.
    MilestonePaid: ({ args, time }, rows) => {
      const { duration } = known(
        rows.get<{ duration: number }>('select duration from training_jobs where id = ?', Number(args.id)),
        `job ${args.id}`,
      )
      change(rows, args.id, { state: 'active', done: Number(args.done), deadline: time + duration })
    },
    JobChallenged: ({ args }, rows) =>
      change(rows, args.id, { state: 'challenged', segment: Number(args.segment), deadline: Number(args.deadline) }),
    JobDefended: ({ args: { id, dispute } }, rows) => {
      change(rows, id, { state: 'defended', dispute: Number(dispute), deadline: null })
      rows.insert('training_disputes', { dispute: Number(dispute), job: Number(id) })
    },
    JobClosed: ({ args }, rows) =>
      change(rows, args.id, {
        state: stateOf(jobStates, args.state),
        refunded: String(args.refunded),
        deadline: null,
      }),
  },
  tables: ['training_jobs', 'training_disputes'],
  migrations: [
    `
    create table training_jobs (
      id integer primary key, customer text not null, machine integer not null, provider text, work text not null,
      price text not null, milestones integer not null, duration integer not null, state text not null,
      done integer not null default 0, deadline integer, root text, checkpoints integer not null default 0,
      beacon_block integer, beacon text, segment integer, refunded text not null default '0', transactions text not null
    ) strict;
    create index training_jobs_customer on training_jobs (customer);
    create index training_jobs_machine on training_jobs (machine);
    create table training_jurors (
      job integer not null, juror text not null, guilty integer, primary key (job, juror)
    ) strict, without rowid;
    `,
    // Jurors are the jury's own.
    `
    drop table training_jurors;
    alter table training_jobs add column dispute integer;
    create table training_disputes (dispute integer primary key, job integer not null) strict;
    `,
  ],
  constructorArguments: ['ledger', 'market', 'jury'],
  holdsCoins: true,
  buckets: { plain: 'job', bit255: 'jobStake', bit254: 'jobBond' },
  clock: { begin: ['JobOpened'], end: ['JobClosed'] },
  gas: { commit: 50_000 },
  mutants: { sources: ['Training.sol'], tests: ['Training.t.sol', 'TrainingLimits.t.sol', 'DisputeAttacks.t.sol'] },
})
