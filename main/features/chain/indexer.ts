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
import type { Rpc, RpcBlock, RpcReceipt } from './rpc.ts'

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

  /** Of the newest block that is indexed, in seconds. */
  get chainTime(): number {
    return this.store.last()?.time ?? 0
  }

  /**
   * Whether all that happened to a row is as deep as the network asks before anything that cannot be taken back. Blocks
   * are counted in the index, so what is deep has been read in order.
   * @param trail transactions of the row's events
   */
  isFinal(trail: readonly { readonly hash: string }[]): boolean {
    const head = this.store.last()
    const blocks = trail.map(({ hash }) => this.store.blockOf(hash))
    if (!head || blocks.length === 0 || this.#monitor.problem?.code === 'ENDPOINTS_DIFFER') return false
    return blocks.every((block) => block !== null && head.number - block + 1 >= this.#network.confirmations)
  }

  /**
   * Asks the other endpoints whether the contracts said what the index has: events are the first endpoint's word, which
   * no header's hash holds.
   * @throws HearthError ENDPOINTS_DIFFER
   */
  async requireWitnessed(trail: readonly { readonly hash: string }[]): Promise<void> {
    const { witnesses } = this.#network
    for (const hash of new Set(trail.map((step) => step.hash))) {
      const ours = JSON.stringify(this.store.eventsOf(hash))
      const answers = await Promise.all(witnesses.map((witness) => this.#eventsOf(witness, hash)))
      if (answers.some((theirs) => theirs !== null && JSON.stringify(theirs) !== ours))
        throw new HearthError('ENDPOINTS_DIFFER', `the endpoints differ about what happened in transaction ${hash}`)
    }
  }

  /** Null where the endpoint does not answer. */
  async #eventsOf(endpoint: Rpc, hash: string): Promise<{ contract: string; name: string; args: string }[] | null> {
    const { contracts } = this.#network
    const block = this.store.blockOf(hash)
    const logs = block === null ? null : await endpoint.logs(Object.values(contracts), block, block).catch(() => null)
    const inOrder = logs?.filter((log) => log.transactionHash === hash).sort((a, b) => a.logIndex - b.logIndex)
    return (
      inOrder?.flatMap((log) => {
        const contract = this.#registry.at(contracts, log.address)
        const read = contract && this.#registry.readLog(contract, log)
        return read ? [{ contract, name: read.name, args: JSON.stringify(read.args) }] : []
      }) ?? null
    )
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
      // What does not fit now is asked again with the next block, or after a while.
      if ((this.store.last()?.number ?? -1) < from) return
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
