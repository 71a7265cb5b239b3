import type { JobRow } from '../../../../common/model/training-job.ts'
import type { Db } from '../../../core/db/open.ts'
import type { ChainCommitment } from '../../../work/kinds/training/index.ts'

interface JobSql extends Omit<JobRow, 'price' | 'refunded' | 'transactions' | 'beaconBlock'> {
  price: string
  refunded: string
  transactions: string
  beacon_block: number | null
}

/** Training jobs as the index has them. */
export class JobRepository {
  readonly #db: Db

  constructor(db: Db) {
    this.#db = db
  }

  job(id: number): JobRow | null {
    const row = this.#db.prepare<[number], JobSql>('select * from training_jobs where id = ?').get(id)
    return row ? toJob(row) : null
  }

  ofDispute(dispute: number): JobRow | null {
    const row = this.#db
      .prepare<[number], JobSql>(
        'select j.* from training_jobs j join training_disputes d on d.job = j.id where d.dispute = ?',
      )
      .get(dispute)
    return row ? toJob(row) : null
  }

  ofCustomer(account: string): JobRow[] {
    return this.#db
      .prepare<[string], JobSql>('select * from training_jobs where customer = ? order by id desc limit 500')
      .all(account.toLowerCase())
      .map(toJob)
  }

  /** Jobs asked of an account's machines. */
  ofProvider(account: string): JobRow[] {
    return this.#db
      .prepare<[string], JobSql>(
        `select j.* from training_jobs j join machines m on m.id = j.machine
         where m.owner = ? order by j.id desc limit 500`,
      )
      .all(account.toLowerCase())
      .map(toJob)
  }

  /**
   * Jobs asked of an account's machines that are not over: all that are under way, and the newest that nobody has
   * taken. Anybody may ask for as many as it likes, so those must not push the others out.
   */
  openOfProvider(account: string): JobRow[] {
    return this.#db
      .prepare<[string, string], JobSql>(
        `select * from (
           select j.* from training_jobs j join machines m on m.id = j.machine
           where m.owner = ? and j.state not in ('open', 'passed', 'slashed', 'ended')
         ) union all select * from (
           select j.* from training_jobs j join machines m on m.id = j.machine
           where m.owner = ? and j.state = 'open' order by j.id desc limit 200
         )`,
      )
      .all(account.toLowerCase(), account.toLowerCase())
      .map(toJob)
  }

  /** Whether a machine has ever taken a job on. */
  hasAccepted(machine: number): boolean {
    return (
      this.#db
        .prepare<[number], { id: number }>(
          'select id from training_jobs where machine = ? and provider is not null limit 1',
        )
        .get(machine) !== undefined
    )
  }

  /** Every commitment of a job, the first one first. */
  commitments(job: number): ChainCommitment[] {
    return this.#db
      .prepare<[number], { root: string; checkpoints: number }>(
        `select json_extract(args, '$.root') as root,
           cast(json_extract(args, '$.checkpoints') as integer) as checkpoints
         from chain_events where contract = 'training' and name = 'JobCommitted'
         and cast(json_extract(args, '$.id') as integer) = ? order by block, log_index`,
      )
      .all(job)
  }

  /** Milestones that were paid to an account, with the chain time of each. */
  payments(
    account: string,
  ): { kind: 'job'; id: number; machine: number; time: number; paid: bigint; transaction: string }[] {
    return this.#db
      .prepare<[string], { id: number; machine: number; time: number; paid: string; transaction: string }>(
        `select j.id, j.machine, b.time, json_extract(e.args, '$.paid') as paid, e.transaction_hash as "transaction"
         from chain_events e join blocks b on b.number = e.block
         join training_jobs j on j.id = cast(json_extract(e.args, '$.id') as integer)
         where e.contract = 'training' and e.name = 'MilestonePaid' and j.provider = ? order by e.block desc`,
      )
      .all(account.toLowerCase())
      .map((row) => ({ ...row, kind: 'job', paid: BigInt(row.paid) }))
  }
}

/** Where the chain has a job: a step that was sent is done once this has changed. */
export const seenOfJob = ({ state, done }: JobRow): string => `${state} ${done}`

const toJob = ({ price, refunded, transactions, beacon_block, ...row }: JobSql): JobRow => ({
  ...row,
  price: BigInt(price),
  refunded: BigInt(refunded),
  beaconBlock: beacon_block,
  transactions: JSON.parse(transactions) as JobRow['transactions'],
})
