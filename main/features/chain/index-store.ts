import { interfaces, type ContractAddresses, type ContractName } from '../../../common/chain/contracts.ts'
import type { Db } from '../../core/db/open.ts'
import { project, resetProjections, type ProjectedEvent } from './projections.ts'
import type { RpcBlock, RpcLog, RpcReceipt } from './rpc.ts'

export type IndexedEvent = RpcLog & { readonly contract: ContractName }
type IndexedTransaction = { readonly transaction: RpcBlock['transactions'][number]; readonly receipt: RpcReceipt }

export interface BlockRow {
  readonly number: number
  readonly hash: string
  readonly time: number
}

/** The copy of the chain in SQLite. One block goes in by one transaction; projections follow events in order. */
export class IndexStore {
  readonly #db: Db
  readonly #market: string

  constructor(db: Db, contracts: ContractAddresses) {
    this.#db = db
    this.#market = contracts.market.toLowerCase()
  }

  /** Empties the copy when the data folder has been pointed at another network. */
  bindTo(network: string): void {
    const bound = this.#db.prepare<[], { value: string }>("select value from meta where key = 'network'").get()?.value
    if (bound === network) return
    this.#db.transaction(() => {
      if (bound !== undefined) this.dropAbove(-1)
      this.#db
        .prepare(
          "insert into meta (key, value) values ('network', ?) on conflict (key) do update set value = excluded.value",
        )
        .run(network)
    })()
  }

  last(): BlockRow | undefined {
    return this.#db.prepare<[], BlockRow>('select number, hash, time from blocks order by number desc limit 1').get()
  }

  before(number: number): BlockRow | undefined {
    return this.#db
      .prepare<[number], BlockRow>(
        'select number, hash, time from blocks where number < ? order by number desc limit 1',
      )
      .get(number)
  }

  append(block: RpcBlock, transactions: readonly IndexedTransaction[], events: readonly IndexedEvent[]): void {
    this.#db.transaction(() => {
      this.#db
        .prepare('insert into blocks (number, hash, parent, time, transactions) values (?, ?, ?, ?, ?)')
        .run(block.number, block.hash, block.parentHash, block.timestamp, block.transactions.length)
      const insertTransaction = this.#db.prepare(
        'insert into chain_transactions (hash, block, position, sender, recipient, input, value, status, gas_used, fee, created) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      )
      for (const { transaction: t, receipt: r } of transactions) {
        insertTransaction.run(
          t.hash,
          block.number,
          t.transactionIndex,
          t.from,
          t.to,
          t.input,
          String(t.value),
          r.status,
          String(r.gasUsed),
          String(r.gasUsed * r.effectiveGasPrice),
          r.contractAddress ?? null,
        )
      }
      const insertEvent = this.#db.prepare(
        'insert into chain_events (block, log_index, transaction_hash, contract, name, args) values (?, ?, ?, ?, ?, ?)',
      )
      const insertAccount = this.#db.prepare(
        'insert or ignore into event_accounts (account, block, log_index) values (?, ?, ?)',
      )
      for (const event of events) {
        const parsed = interfaces[event.contract].parseLog(event)
        if (!parsed) continue
        const args = Object.fromEntries(parsed.fragment.inputs.map((input, i) => [input.name, String(parsed.args[i])]))
        insertEvent.run(
          block.number,
          event.logIndex,
          event.transactionHash,
          event.contract,
          parsed.name,
          JSON.stringify(args),
        )
        parsed.fragment.inputs.forEach((input, i) => {
          if (input.type === 'address')
            insertAccount.run(String(parsed.args[i]).toLowerCase(), block.number, event.logIndex)
        })
        project(this.#db, this.#market, {
          contract: event.contract,
          name: parsed.name,
          args,
          transactionHash: event.transactionHash,
          time: block.timestamp,
        })
      }
    })()
  }

  /** Forgets all blocks above a number and rebuilds the projections from the events that are left. */
  dropAbove(number: number): void {
    this.#db.transaction(() => {
      for (const table of ['chain_events', 'event_accounts', 'chain_transactions'])
        this.#db.prepare(`delete from ${table} where block > ?`).run(number)
      this.#db.prepare('delete from blocks where number > ?').run(number)
      resetProjections(this.#db)
      const rows = this.#db
        .prepare<[], { contract: ContractName; name: string; args: string; transaction_hash: string; time: number }>(
          'select contract, name, args, transaction_hash, time from chain_events join blocks on blocks.number = chain_events.block order by block, log_index',
        )
        .all()
      for (const row of rows)
        project(this.#db, this.#market, {
          contract: row.contract,
          name: row.name,
          args: JSON.parse(row.args) as ProjectedEvent['args'],
          transactionHash: row.transaction_hash,
          time: row.time,
        })
    })()
  }
}
