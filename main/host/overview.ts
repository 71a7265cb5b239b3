import type { Overview } from '../../common/api/system.ts'
import type { ConfigStore } from '../core/config.ts'
import { Emitter } from '../core/events.ts'
import type { JobStore } from '../core/jobs.ts'
import type { Service } from '../core/lifecycle.ts'
import type { Log } from '../core/log/log.ts'
import { Loop } from '../core/loop.ts'
import type { ChainMonitor, Indexer, TransactionQueue } from '../features/chain/index.ts'
import { balanceOfCall, readBalance } from '../features/chain/index.ts'
import type { EarningService } from '../features/earning/provider/index.ts'
import type { MachineService } from '../features/machine/hardware/index.ts'
import type { MarketRepository } from '../features/market/compute/index.ts'
import type { PeerService } from '../features/peers/index.ts'
import type { WalletService } from '../features/wallet/index.ts'
import { version } from './version.ts'

type Topic = keyof Overview['revision']

interface Ports {
  readonly setAside: readonly string[]
  readonly wallet: WalletService
  readonly monitor: ChainMonitor
  readonly indexer: Indexer
  readonly transactions: TransactionQueue
  readonly peers: PeerService
  readonly machine: MachineService
  readonly earning: EarningService
  readonly reads: MarketRepository
  readonly jobs: JobStore
  readonly config: ConfigStore
  readonly log: Log
}

/** Gathers the small state that every screen shows, and tells when any of it changed. */
export class OverviewFeed implements Service {
  readonly name = 'overview'
  readonly #ports: Ports
  readonly #changed = new Emitter<{ changed: null }>()
  readonly #revision: Record<Topic, number> = { market: 0, transactions: 0, orders: 0, machine: 0, settings: 0 }
  readonly #loop: Loop
  #balances: { wallet: bigint; gas: bigint } | null = null
  #unsubscribe: (() => void)[] = []

  constructor(ports: Ports) {
    this.#ports = ports
    this.#loop = new Loop(() => this.#readBalances(), 15_000, ports.log.child('balances'))
  }

  start(): Promise<void> {
    const { wallet, monitor, indexer, transactions, peers, machine, earning, jobs, config } = this.#ports
    this.#unsubscribe = [
      wallet.events.on('changed', () => (this.#loop.poke(), this.#touch('transactions'))),
      monitor.events.on('head', () => (this.#loop.poke(), this.#touch())),
      monitor.events.on('state', () => this.#touch()),
      indexer.events.on('indexed', () => this.#touch('market')),
      transactions.store.events.on('changed', () => this.#touch('transactions')),
      peers.events.on('changed', () => this.#touch()),
      machine.events.on('measured', () => this.#touch('machine')),
      earning.events.on('changed', () => this.#touch('orders')),
      jobs.events.on('changed', () => this.#touch('orders')),
      config.events.on('changed', () => this.#touch('settings')),
    ]
    this.#loop.start()
    return Promise.resolve()
  }

  async stop(): Promise<void> {
    for (const off of this.#unsubscribe) off()
    await this.#loop.stop()
  }

  subscribe(changed: () => void): () => void {
    return this.#changed.on('changed', changed)
  }

  snapshot(): Overview {
    const { wallet, monitor, transactions, peers, earning, reads } = this.#ports
    const { network, head, problem } = monitor
    const peer = peers.status()
    const account = wallet.addressOrNull()
    const pending = account ? transactions.store.inState(account, network.chainId, 'queued', 'sent').length : 0
    return {
      version,
      wallet: wallet.status(),
      network: {
        name: network.name,
        practice: network.practice,
        chainId: network.chainId,
        head: head?.number ?? null,
        headTime: head?.time ?? null,
        problem: problem && { code: problem.code, message: problem.message },
      },
      peer: peer && { ...peer, problem: peers.problem },
      earning: earning.state(),
      running: earning.running(),
      balances: account
        ? { wallet: this.#balances?.wallet ?? null, market: reads.free(account), gas: this.#balances?.gas ?? null }
        : null,
      setAside: [...this.#ports.setAside],
      pendingTransactions: pending,
      waitingFor: pending ? (transactions.waiting?.code ?? null) : null,
      revision: { ...this.#revision },
    }
  }

  async #readBalances(): Promise<void> {
    const { wallet, monitor } = this.#ports
    const account = wallet.addressOrNull()
    if (!account || monitor.problem || !monitor.head) return
    const { rpc, contracts } = monitor.network
    const [coins, gas] = await Promise.all([rpc.call(contracts.coin, balanceOfCall(account)), rpc.balance(account)])
    this.#balances = { wallet: readBalance(coins), gas }
    this.#touch()
  }

  #touch(topic?: Topic): void {
    if (topic) this.#revision[topic]++
    this.#changed.emit('changed', null)
  }
}
