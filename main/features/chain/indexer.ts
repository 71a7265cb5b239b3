import type { ContractRegistry } from '../../../common/chain/contract-registry.ts'
import { registry } from '../../../common/chain/contracts.ts'
import { HearthError } from '../../../common/errors/index.ts'
import type { Db } from '../../core/db/open.ts'
import { Emitter } from '../../core/events.ts'
import type { Service } from '../../core/lifecycle.ts'
import type { Log } from '../../core/log/log.ts'
import { Loop } from '../../core/loop.ts'
import { IndexStore, type IndexedEvent } from './index-store.ts'
import type { ChainMonitor, Network } from './network.ts'
import type { RpcBlock, RpcReceipt } from './rpc.ts'

const BLOCKS_A_STEP = 200

/**
 * Copies what the contracts say from the chain to SQLite, block after block. It resumes from its last block; when that
 * block is no longer the chain's, it goes back to the last common one and rebuilds what followed from the events kept.
 */
export class Indexer implements Service {
  readonly name = 'indexer'
  readonly store: IndexStore
  readonly events = new Emitter<{ indexed: { head: number } }>()
  readonly #monitor: ChainMonitor
  readonly #network: Network
  readonly #loop: Loop
  readonly #log: Log

  readonly #registry: ContractRegistry

  constructor(ports: { db: Db; monitor: ChainMonitor; log: Log; registry?: ContractRegistry }) {
    this.#monitor = ports.monitor
    this.#network = ports.monitor.network
    this.#log = ports.log.child('indexer')
    this.#registry = ports.registry ?? registry
    this.store = new IndexStore({
      db: ports.db,
      registry: this.#registry,
      contracts: this.#network.contracts,
      log: this.#log,
    })
    this.#loop = new Loop((signal) => this.#step(signal), 5_000, this.#log)
  }

  start(): Promise<void> {
    this.#loop.start((poke) => this.#monitor.events.on('head', poke))
    return Promise.resolve()
  }

  async stop(): Promise<void> {
    await this.#loop.stop()
  }

  /** Whether everything up to the chain's head is indexed. */
  get caughtUp(): boolean {
    return this.#monitor.head !== null && this.store.last()?.hash === this.#monitor.head.hash
  }

  async #step(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const head = this.#monitor.head
      if (!head) return
      await this.#dropOrphans(head.number)
      const last = this.store.last()
      const from = last ? last.number + 1 : this.#network.fromBlock
      if (from > head.number) return
      await this.#indexRange(from, Math.min(head.number, from + BLOCKS_A_STEP - 1))
      this.events.emit('indexed', { head: head.number })
    }
  }

  /** Forgets blocks that are no longer part of the chain. */
  async #dropOrphans(head: number): Promise<void> {
    const top = this.store.last()
    let candidate = top
    while (candidate) {
      const actual = candidate.number > head ? null : await this.#network.rpc.block(candidate.number)
      if (actual?.hash === candidate.hash) break
      candidate = this.store.before(candidate.number)
    }
    if (!top || candidate?.number === top.number) return
    // A chain that was begun anew is no reorganised one: its numbers are others' numbers.
    await this.#monitor.requireSameChain()
    this.#log.info('the chain was reorganised', { from: top.number, common: candidate?.number ?? 'none' })
    this.store.dropAbove(candidate?.number ?? -1)
    this.events.emit('indexed', { head: candidate?.number ?? 0 })
  }

  async #indexRange(from: number, to: number): Promise<void> {
    const { rpc, contracts, practice } = this.#network
    const logs = await rpc.logs(Object.values(contracts), from, to)
    const touched = new Set(logs.map((log) => log.blockNumber))
    // On the practice network every block is shown in the explorer; elsewhere those that concern us, and the last.
    const numbers = practice ? range(from, to) : [...new Set([...touched, to])].sort((a, b) => a - b)
    const ours = new Set(logs.map((log) => log.transactionHash))
    for (const number of numbers) {
      const block = await rpc.block(number)
      if (!block) throw new HearthError('CHAIN_LIES', `block ${number} went missing`)
      const previous = this.store.last()
      // The chain moved while it was read; the next step finds the common block.
      if (previous?.number === number - 1 && previous.hash !== block.parentHash) return
      const inBlock = logs.filter((log) => log.blockNumber === number)
      if (inBlock.some((log) => log.blockHash !== block.hash)) return
      const transactions = block.transactions.filter((transaction) => practice || ours.has(transaction.hash))
      const receipts = await Promise.all(transactions.map((transaction) => rpc.receipt(transaction.hash)))
      if (receipts.some((receipt) => receipt?.blockHash !== block.hash)) return
      const events = inBlock.flatMap((log): IndexedEvent[] => {
        const contract = this.#registry.at(contracts, log.address)
        return contract ? [{ ...log, contract }] : []
      })
      this.store.append(block, pair(transactions, receipts as RpcReceipt[]), events)
    }
  }
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i)
const pair = (transactions: RpcBlock['transactions'], receipts: RpcReceipt[]) =>
  transactions.map((transaction, i) => ({ transaction, receipt: receipts[i]! }))
