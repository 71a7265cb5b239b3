import { bucketOf, type ContractAddresses } from '../../../common/chain/contracts.ts'
import { LOT_BOND } from '../../../common/chain/contracts/data-market/actions.ts'
import type { HeldRow } from '../../../common/model/held.ts'
import type { Db } from '../../core/db/open.ts'

interface HoldSql {
  module: string
  id: string
  /** What the account put in. */
  put: string
  /** What the bucket still has, of everybody's. */
  left: string
}

/** An account's coins that the ledger holds, and for what, from the index. */
export class HeldCoins {
  readonly #db: Db
  readonly #contracts: ContractAddresses

  constructor(db: Db, contracts: ContractAddresses) {
    this.#db = db
    this.#contracts = contracts
  }

  of(account: string): HeldRow[] {
    return this.#db
      .prepare<[string], HoldSql>(
        `select h.module, h.id, h.amount as put, b.amount as left
         from ledger_holds h join ledger_buckets b on b.module = h.module and b.id = h.id where h.account = ?`,
      )
      .all(account.toLowerCase())
      .flatMap(({ module, id, put, left }) => {
        const bucket = bucketOf(this.#contracts, module, BigInt(id))
        if (!bucket) return []
        const amount = least(BigInt(put), BigInt(left))
        if (bucket.what !== 'lot') return [{ ...bucket, amount }]
        // The bonds of versions that were never shown stay in the bucket as well, lost.
        return this.#isDrawPending(bucket.id) ? [{ ...bucket, amount: least(amount, LOT_BOND) }] : []
      })
      .toSorted((a, b) => a.what.localeCompare(b.what) || a.id - b.id)
  }

  /** Whether rows of an asset's newest version are still to be shown. */
  #isDrawPending(asset: number): boolean {
    return (
      this.#db
        .prepare<[number], { asset: number }>(
          `select v.asset from data_assets a join data_versions v on v.asset = a.id and v.version = a.version
           where a.id = ? and v.draw_block is not null and v.draw is null`,
        )
        .get(asset) !== undefined
    )
  }
}

const least = (a: bigint, b: bigint): bigint => (a < b ? a : b)
