import { jobStates } from '../../../common/model/training-job.ts'
import type { Db } from '../../core/db/open.ts'
import { ProjectedRows } from './projected-rows.ts'
import type { ProjectedEvent } from './projections.ts'

/** How long a milestone may be judged, a challenge answered and a vote cast, in chain seconds: the contract's ANSWER and VOTE. */
export const ANSWER_SECONDS = 86_400

/** Applies one event of the Training contract to the tables of jobs and jurors. */
export function projectTraining(db: Db, event: ProjectedEvent): void {
  const { name, args, time } = event
  const id = Number(args.id)
  const rows = new ProjectedRows(db, event)
  const change = (fields: Readonly<Record<string, string | number | null>>): void =>
    rows.change('training_jobs', fields)
  if (name === 'JobOpened') {
    rows.insert('training_jobs', {
      id,
      customer: args.customer!.toLowerCase(),
      machine: Number(args.machine),
      work: args.recipe!,
      price: args.price!,
      milestones: Number(args.milestones),
      duration: Number(args.duration),
      state: 'open',
      transactions: '[]',
    })
  }
  rows.trail('training_jobs')
  switch (name) {
    case 'JobAccepted':
      return change({ state: 'active', provider: args.provider!.toLowerCase(), deadline: Number(args.deadline) })
    case 'JobCommitted':
      return change({
        state: 'committed',
        root: args.root!,
        checkpoints: Number(args.checkpoints),
        beacon_block: Number(args.beaconBlock),
      })
    case 'JobSampled':
      return change({ state: 'sampled', beacon: args.beacon!, deadline: Number(args.deadline) })
    case 'MilestonePaid': {
      // The last one is followed by JobClosed in the same transaction.
      const { duration } = db
        .prepare<[number], { duration: number }>('select duration from training_jobs where id = ?')
        .get(id)!
      return change({ state: 'active', done: Number(args.done), deadline: time + duration })
    }
    case 'JobChallenged':
      return change({ state: 'challenged', segment: Number(args.segment), deadline: Number(args.deadline) })
    case 'JobDefended':
      return change({ state: 'defended', beacon_block: Number(args.beaconBlock), deadline: time + ANSWER_SECONDS })
    case 'JurorDrawn':
      return void db
        .prepare('insert or ignore into training_jurors (job, juror) values (?, ?)')
        .run(id, args.juror!.toLowerCase())
    case 'JurorVoted':
      return void db
        .prepare('update training_jurors set guilty = ? where job = ? and juror = ?')
        .run(args.guilty === 'true' ? 1 : 0, id, args.juror!.toLowerCase())
    case 'JobClosed':
      return change({ state: jobStates[Number(args.state) - 1]!, refunded: args.refunded!, deadline: null })
  }
}
