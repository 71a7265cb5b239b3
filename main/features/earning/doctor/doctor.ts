import type { Gate, GateName } from '../../../../common/api/doctor.ts'
import type { IsolationReport } from '../../../../common/model/isolation.ts'
import { COIN_SYMBOL, formatCoins } from '../../../../common/model/money.ts'
import type { ChainMonitor, Indexer, Network } from '../../chain/index.ts'
import type { EarningService } from '../provider/index.ts'
import type { IdlePolicyService, TelemetryFeed } from '../../machine/idle-policy/index.ts'
import type { MachineService } from '../../machine/hardware/index.ts'
import type { ProfitService } from '../profit/index.ts'
import type { MarketRepository } from '../../market/compute/index.ts'
import type { PeerService } from '../../peers/index.ts'
import type { WalletService } from '../../wallet/index.ts'
import type { Clock } from '../../../core/clock.ts'
import type { ConfigStore } from '../../../core/config.ts'
import { idlePolicyGates } from './idle-policy-gates.ts'

const LEAST_DISK = 512 * 1024 * 1024
const LEAST_GAS = 10n ** 15n
const LEAST_MEMORY = 512 * 1024 * 1024
const DAY = 86_400
/** A machine changes: drivers, dust, what else runs on it. */
const BENCHMARK_DAYS = 30

interface Ports {
  readonly wallet: WalletService
  readonly monitor: ChainMonitor
  readonly indexer: Indexer
  readonly network: Network
  readonly peers: PeerService
  readonly machine: MachineService
  readonly comfort: IdlePolicyService
  readonly feed: TelemetryFeed
  readonly clock: Clock
  readonly earning: EarningService
  readonly profit: ProfitService
  readonly isolation: IsolationReport
  readonly reads: MarketRepository
  readonly config: ConfigStore
  /** What registering takes. @throws where the network is down */
  readonly stake: () => Promise<bigint>
  /** The last training job that was too large for this machine. */
  readonly misfit: () => { readonly time: number; readonly why: string } | null
}

/** Every gate between this machine and earning, in the order in which they are met. */
export class Doctor {
  readonly #ports: Ports

  constructor(ports: Ports) {
    this.#ports = ports
  }

  async gates(): Promise<Gate[]> {
    const {
      wallet,
      monitor,
      indexer,
      network,
      peers,
      machine,
      comfort,
      feed,
      clock,
      earning,
      profit,
      isolation,
      reads,
      config,
    } = this.#ports
    const status = wallet.status()
    const head = monitor.head
    const account = status.address
    const registered = earning.myMachine()
    const benchmark = machine.latest()
    const backend = benchmark?.backends.find((item) => item.backend === config.get().earn.backend)
    const peer = peers.status()
    const free = account ? reads.free(account) : 0n
    const gas = account && head ? await network.rpc.balance(account).catch(() => null) : null
    const disk = await machine.freeDisk()
    const stake = await this.#ports.stake().catch(() => null)
    const misfit = this.#ports.misfit()
    const open = peer?.addresses.filter((address) => !isLoopback(address)) ?? []
    const offers = reads.openOffers()
    const price = BigInt(config.get().earn.price)
    const median = offers.length ? offers[Math.floor(offers.length / 2)]!.price : null
    const demand = head ? reads.ordersPlacedSince(head.time - DAY) : 0
    const { used, total } = feed.latest?.memory ?? {}
    const memory = used?.value != null && total?.value != null ? total.value - used.value : null
    const floor = profit.floor()
    const binding = registered && (reads.openOffer(registered.id) ?? reads.activeOrderOn(registered.id))

    return [
      gate('wallet', status.state !== 'none' && status.state !== 'damaged', account, 'hearth wallet create'),
      gate('backup', status.backedUp, status.backedUp ? 'confirmed' : 'not confirmed', 'hearth wallet backup'),
      gate('unlocked', status.state === 'open', status.state, 'hearth wallet unlock'),
      gate(
        'network',
        head !== null && !monitor.problem,
        monitor.problem?.message ?? (head ? `block ${head.number}` : null),
        'check the network in Settings',
      ),
      gate(
        'index',
        indexer.caughtUp,
        `block ${indexer.store.last()?.number ?? 'none'} of ${head?.number ?? '?'}`,
        'wait until the index has caught up',
      ),
      gate(
        'fees',
        gas === null ? null : gas >= LEAST_GAS,
        gas === null ? null : `${formatCoins(gas)} ETH`,
        network.practice ? 'hearth wallet faucet' : 'send some of the chain’s own coin to this wallet',
      ),
      gate('peer', peer !== null, peer?.addresses[0] ?? null, 'restart Hearth; see the log'),
      benchmark && clock.now() - benchmark.time > BENCHMARK_DAYS * DAY * 1000
        ? warning(
            'benchmark',
            false,
            `${Math.floor((clock.now() - benchmark.time) / (DAY * 1000))} days old`,
            'hearth bench',
          )
        : gate(
            'benchmark',
            benchmark !== null,
            benchmark ? new Date(benchmark.time).toISOString() : null,
            'hearth bench',
          ),
      gate(
        'exact',
        backend ? backend.exact : null,
        backend ? (backend.message ?? `${backend.backend} is exact`) : null,
        'choose another backend in Settings',
      ),
      gate(
        'disk',
        disk >= LEAST_DISK,
        `${(disk / 1e9).toFixed(1)} GB free`,
        'make room on the disk of the data folder',
      ),
      gate(
        'stake',
        registered !== null || (stake === null ? null : free >= stake),
        registered
          ? `${coins(reads.stakeOf(registered.id))} held`
          : `${coins(free)} free of ${stake === null ? 'a stake that is not known yet' : coins(stake)}`,
        'hearth wallet deposit 10',
      ),
      gate('machine', registered !== null, registered ? `machine ${registered.id}` : null, 'hearth market add-machine'),
      gate(
        'announced',
        registered ? registered.addresses.length > 0 : null,
        registered?.addresses[0] ?? null,
        'it announces itself while the wallet is open',
      ),
      warning(
        'reachable',
        open.length > 0,
        open[0] ?? (peer ? 'only from this machine' : null),
        'let the peer node listen on an address of your network, or at a relay',
      ),
      gate(
        'started',
        earning.intent.started,
        earning.intent.started ? 'started' : 'paused by you',
        'hearth earn start',
      ),
      warning(
        'isolation',
        isolation.tier === 'sandbox',
        isolation.tier === 'sandbox' ? 'proven' : isolation.why,
        'install what is named; until then strangers’ work runs in a process of its own and no more',
      ),
      gate(
        'memory',
        memory === null ? null : memory >= LEAST_MEMORY,
        memory === null ? null : `${(memory / 1e9).toFixed(1)} GB free`,
        'close programs that hold much memory',
      ),
      warning(
        'fit',
        misfit === null || clock.now() - misfit.time > DAY * 1000,
        misfit ? `${new Date(misfit.time).toISOString()}: ${misfit.why}` : 'no job was too large',
        'close what holds memory or disk; smaller jobs still come',
      ),
      ...idlePolicyGates({
        rules: config.get().comfort,
        sample: feed.latest,
        blockReasons: comfort.blockReasons,
        now: clock.now(),
      }),
      gate(
        'offer',
        registered ? Boolean(binding) : null,
        binding ? ('maxSeconds' in binding ? `offer ${binding.id}` : `order ${binding.id}`) : null,
        'it is made by itself after the start',
      ),
      gate(
        'cost',
        profit.belowCost() === null,
        floor === null ? 'not known' : `${coins(price)} a second, electricity ${coins(floor)}`,
        'raise the price in Earn, or let work run below its cost',
      ),
      warning(
        'price',
        median === null || price <= median,
        median === null ? 'no other offers' : `${coins(price)} a second, median ${coins(median)}`,
        'lower the price in Earn',
      ),
      warning(
        'demand',
        demand > 0,
        `${demand} orders in the last day`,
        network.practice ? 'hearth demo shows an order from the other side' : 'wait, or lower the price',
      ),
    ]
  }
}

const isLoopback = (address: string): boolean => /^\/(?:ip4\/127\.|ip6\/::1\/|dns[46]?\/localhost\/)/.test(address)
const coins = (units: bigint): string => `${formatCoins(units)} ${COIN_SYMBOL}`
const gate = (name: GateName, open: boolean | null, value: string | null, fix: string): Gate => ({
  name,
  state: open === null ? 'unknown' : open ? 'ok' : 'blocked',
  value,
  fix: open === true ? null : fix,
})
const warning = (name: GateName, fine: boolean, value: string | null, fix: string): Gate => ({
  name,
  state: fine ? 'ok' : 'warning',
  value,
  fix: fine ? null : fix,
})
