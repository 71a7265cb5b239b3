import type { Addresses } from '../../../common/chain/contract-module.ts'
import type { ContractRegistry, KeptEvent } from '../../../common/chain/contract-registry.ts'
import type { Db } from '../../core/db/open.ts'
import type { Log } from '../../core/log/log.ts'
import type { ChainIdentity } from './chain-identity.ts'
import { migrateContractTables } from './contract-tables.ts'
import { ProjectedRows } from './projected-rows.ts'
import type { RpcBlock, RpcLog, RpcReceipt } from './rpc.ts'

export type IndexedEvent = RpcLog & { readonly contract: string }
type IndexedTransaction = { readonly transaction: RpcBlock['transactions'][number]; readonly receipt: RpcReceipt }

export interface BlockRow {
  readonly number: number
  readonly hash: string
  readonly time: number
}

interface ProjectedEvent extends Pick<KeptEvent, 'name' | 'args'> {
  readonly contract: string
  readonly transactionHash: string
  /** Chain time of the block. */
  readonly time: number
}

/**
 * The copy of the chain in SQLite, and the tables that contracts keep of their events. One block goes in by one
 * transaction; events are applied in chain order, each once.
 */
export class IndexStore {
  readonly #db: Db
  readonly #registry: ContractRegistry
  readonly #contracts: Addresses
  readonly #log: Log

  /** Brings the contracts' tables up to date. @throws HearthError DATABASE_CORRUPT for those of a newer Hearth */
  constructor(ports: { db: Db; registry: ContractRegistry; contracts: Addresses; log: Log }) {
    this.#db = ports.db
    this.#registry = ports.registry
    this.#contracts = Object.fromEntries(
      Object.entries(ports.contracts).map(([name, address]) => [name, address.toLowerCase()]),
    )
    this.#log = ports.log
    this.#db.transaction(() => {
      const outcome = migrateContractTables(this.#db, this.#registry, this.#log)
      if (outcome === 'index-again') this.dropAbove(-1)
      else if (outcome === 'project-again') this.#projectAgain()
    })()
  }

  /** The chain that the copy is of, as it was bound; undefined in a new data folder. */
  get bound(): string | undefined {
    return this.#db.prepare<[], { value: string }>("select value from meta where key = 'network'").get()?.value
  }

  bindTo(chain: ChainIdentity): void {
    this.#db
      .prepare(
        "insert into meta (key, value) values ('network', ?) on conflict (key) do update set value = excluded.value",
      )
      .run(JSON.stringify(chain))
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

  /** The block of a transaction of ours to watch, or null where the chain does not have it at present. */
  blockOf(transactionHash: string): number | null {
    return (
      this.#db
        .prepare<[string], { block: number }>('select block from chain_events where transaction_hash = ? limit 1')
        .get(transactionHash)?.block ?? null
    )
  }

  /** What the contracts said in a transaction, in their order. */
  eventsOf(transactionHash: string): { contract: string; name: string; args: string }[] {
    return this.#db
      .prepare<[string], { contract: string; name: string; args: string }>(
        'select contract, name, args from chain_events where transaction_hash = ? order by block, log_index',
      )
      .all(transactionHash)
  }

  append(block: RpcBlock, transactions: readonly IndexedTransaction[], events: readonly IndexedEvent[]): void {
    this.#db.transaction(() => {
      this.#db
        .prepare('insert into blocks (number, hash, parent, time, transactions) values (?, ?, ?, ?, ?)')
        .run(block.number, block.hash, block.parentHash, block.timestamp, block.transactions.length)
      const insertTransaction = this.#db.prepare(
        `insert into chain_transactions
         (hash, block, position, sender, recipient, input, value, status, gas_used, fee, created)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
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
        const { contract, logIndex, transactionHash } = event
        const read = this.#registry.readLog(contract, event)
        if (!read) {
          this.#log.warn('a contract emitted an event that its ABI does not have', {
            contract,
            topic: event.topics[0] ?? null,
            transactionHash,
          })
          continue
        }
        const { name, args, accounts } = read
        insertEvent.run(block.number, logIndex, transactionHash, contract, name, JSON.stringify(args))
        for (const account of accounts) insertAccount.run(account, block.number, logIndex)
        this.#project({ contract, name, args, transactionHash, time: block.timestamp })
      }
    })()
  }

  /** Forgets all blocks above a number and rebuilds the projections from the events that are left. */
  dropAbove(number: number): void {
    this.#db.transaction(() => {
      for (const table of ['chain_events', 'event_accounts', 'chain_transactions'])
        this.#db.prepare(`delete from ${table} where block > ?`).run(number)
      this.#db.prepare('delete from blocks where number > ?').run(number)
      this.#projectAgain()
    })()
  }

  /** Empties the contracts' tables and applies the events that are kept. */
  #projectAgain(): void {
    for (const table of this.#registry.modules.flatMap(({ tables }) => tables)) this.#db.exec(`delete from ${table}`)
    const rows = this.#db
      .prepare<[], { contract: string; name: string; args: string; transactionHash: string; time: number }>(
        `select contract, name, args, transaction_hash as transactionHash, time
         from chain_events join blocks on blocks.number = chain_events.block order by block, log_index`,
      )
      .all()
    const unknown = new Set(
      rows.filter(({ contract }) => !this.#registry.module(contract)).map(({ contract }) => contract),
    )
    for (const contract of unknown)
      this.#log.warn('events of a contract that is not known are passed over', { contract })
    for (const row of rows)
      if (!unknown.has(row.contract))
        this.#project({ ...row, args: JSON.parse(row.args) as Readonly<Record<string, string>> })
  }

  #project(event: ProjectedEvent): void {
    const { contract, name, transactionHash, time } = event
    const handler = this.#registry.handlerOf(contract, name)
    if (handler === 'ignored') return
    handler(
      { args: this.#registry.typedArguments(contract, event), transactionHash, time, contracts: this.#contracts },
      new ProjectedRows(this.#db, event),
    )
  }
}
