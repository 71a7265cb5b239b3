import type { DisputeRow, SeatRow } from '../../../../common/model/dispute.ts'
import type { Db } from '../../../core/db/open.ts'

interface DisputeSql extends Omit<DisputeRow, 'bond' | 'guilty' | 'beaconBlock' | 'spent' | 'transactions'> {
  bond: string
  guilty: number
  beacon_block: number
  spent: number
  transactions: string
}

/** Disputes and their juries as the index has them. */
export class DisputeRepository {
  readonly #db: Db

  constructor(db: Db) {
    this.#db = db
  }

  dispute(id: number): DisputeRow | null {
    const row = this.#db.prepare<[number], DisputeSql>('select * from disputes where id = ?').get(id)
    if (!row) return null
    const { bond, guilty, beacon_block, spent, transactions, ...rest } = row
    return {
      ...rest,
      bond: BigInt(bond),
      guilty: guilty === 1,
      beaconBlock: beacon_block,
      spent: spent === 1,
      transactions: JSON.parse(transactions) as DisputeRow['transactions'],
    }
  }

  /** Seats of a dispute's present jury. */
  seats({ id, round }: Pick<DisputeRow, 'id' | 'round'>): SeatRow[] {
    return this.#db
      .prepare<[number, number], SeatRow>('select * from jury_seats where dispute = ? and round = ? order by machine')
      .all(id, round)
  }

  /** The newest seat of a machine in a dispute. */
  seatOf(dispute: number, machine: number): SeatRow | null {
    return (
      this.#db
        .prepare<[number, number], SeatRow>(
          'select * from jury_seats where dispute = ? and machine = ? order by round desc limit 1',
        )
        .get(dispute, machine) ?? null
    )
  }

  /** Disputes that are not closed and have a seat for a machine. */
  openWithSeat(machine: number): number[] {
    return this.#db
      .prepare<[number], { id: number }>(
        `select distinct d.id from jury_seats s join disputes d on d.id = s.dispute
         where s.machine = ? and d.state <> 'closed' order by d.id`,
      )
      .all(machine)
      .map(({ id }) => id)
  }

  /** Whether a machine may be drawn, and from when its stake can be taken back where it left. */
  juror(machine: number): { releasable: number | null; fined: bigint } | null {
    const row = this.#db
      .prepare<[number], { releasable: number | null; fined: string }>(
        'select releasable, fined from jurors where machine = ?',
      )
      .get(machine)
    return row ? { releasable: row.releasable, fined: BigInt(row.fined) } : null
  }

  /** Machines that may be drawn for what is committed to now, but for those of some accounts. */
  enrolledBesides(accounts: readonly string[]): number {
    const row = this.#db
      .prepare<[string], { count: number }>(
        `select count(*) as count from jurors where releasable is null
         and owner not in (select value from json_each(?))`,
      )
      .get(JSON.stringify(accounts.map((account) => account.toLowerCase())))
    return row?.count ?? 0
  }
}
