import type { EarningState } from '../../../../common/model/earning.ts'
import type { Action } from '../../../../common/model/action.ts'
import type { MachineRow } from '../../../../common/model/market.ts'
import type { Clock } from '../../../core/clock.ts'
import type { ConfigStore } from '../../../core/config.ts'
import type { Db } from '../../../core/db/open.ts'
import { Emitter } from '../../../core/events.ts'
import type { Service } from '../../../core/lifecycle.ts'
import type { Log } from '../../../core/log/log.ts'
import { Loop } from '../../../core/loop.ts'
import type { Power } from '../../../core/ports.ts'
import type { ChainMonitor, Indexer, OwnTransaction, TransactionQueue } from '../../chain/index.ts'
import type { IdlePolicyService } from '../../machine/idle-policy/index.ts'
import type { MachineService } from '../../machine/hardware/index.ts'
import { ownMachine, type MarketRepository } from '../../market/compute/index.ts'
import type { PeerService } from '../../peers/index.ts'
import { settlements, type AnyWorkKind, type WorkRegistry } from '../../../work/index.ts'
import type { WalletService } from '../../wallet/index.ts'
import { earningState } from './earning-state.ts'

/** What computes on this machine for one of the contracts. */
export interface WorkSide {
  readonly settlement: keyof typeof settlements
  readonly workflow: {
    readonly active: { readonly subjectId: number } | null
    readonly atWork: { readonly subjectId: number } | null
    readonly computes: boolean
    readonly running: { readonly kind: string; readonly id: number; readonly words: string } | null
    setPaused(why: string | null): void
  }
}

interface EarningIntent {
  readonly started: boolean
  /** Milliseconds since 1970; earning goes on by itself then. */
  readonly snoozedUntil: number | null
  /** Stop once the order at hand is done. */
  readonly stopAfterOrder: boolean
}

/** An offer is taken back once work has stood back this long; each change of an offer costs a fee. */
const OFFER_PATIENCE_MS = 120_000

const STOPPED: EarningIntent = { started: false, snoozedUntil: null, stopAfterOrder: false }

interface Ports {
  readonly db: Db
  readonly clock: Clock
  readonly config: ConfigStore
  readonly wallet: WalletService
  readonly monitor: ChainMonitor
  readonly indexer: Indexer
  readonly queue: TransactionQueue
  readonly peers: PeerService
  readonly comfort: IdlePolicyService
  readonly machine: MachineService
  readonly reads: MarketRepository
  /** Whether a machine has ever taken a training job on. */
  readonly hasTrained: (machine: number) => boolean
  readonly kinds: WorkRegistry
  readonly sides: readonly WorkSide[]
  readonly follow: (action: Action) => Promise<OwnTransaction>
  readonly power: Power
  /** The least price that pays for the electricity, where the owner's price is below it and the rule is never to be. */
  readonly belowCost: () => bigint | null
  readonly log: Log
}

/**
 * The one start and stop of this machine. Starting lets Hearth keep an offer open at the owner's price until it is
 * stopped, which the owner agrees to once; everything else that costs coins is confirmed one by one.
 */
export class EarningService implements Service {
  readonly name = 'earning'
  readonly events = new Emitter<{ changed: EarningState }>()
  readonly #ports: Ports
  readonly #loop: Loop
  #intent: EarningIntent
  #last = ''
  /** Since when the owner's rules object, in milliseconds of the process's own clock. */
  #objecting: number | null = null

  constructor(ports: Ports) {
    this.#ports = ports
    this.#intent = readRequest(ports.db)
    this.#loop = new Loop(() => this.#step(), 1_000, ports.log.child('earning'))
  }

  start(): Promise<void> {
    this.#yield()
    this.#loop.start((poke) => {
      const off = [
        this.#ports.indexer.events.on('indexed', poke),
        this.#ports.comfort.events.on('changed', () => this.#heed()),
      ]
      return () => off.forEach((stop) => stop())
    })
    return Promise.resolve()
  }

  async stop(): Promise<void> {
    await this.#loop.stop()
    this.#ports.power.keepAwake(false)
  }

  begin(): EarningState {
    return this.#requestFor({ started: true, snoozedUntil: null, stopAfterOrder: false })
  }

  end(): EarningState {
    return this.#requestFor(STOPPED)
  }

  /** @param until milliseconds since 1970 */
  snooze(until: number): EarningState {
    return this.#requestFor({ started: true, snoozedUntil: until, stopAfterOrder: false })
  }

  endAfterOrder(): EarningState {
    return this.#requestFor({ started: true, snoozedUntil: null, stopAfterOrder: true })
  }

  get intent(): EarningIntent {
    return this.#intent
  }

  /** The registered machine behind this host's peer, or null. */
  myMachine(): MachineRow | null {
    return ownMachine(this.#ports)
  }

  /** What the machine does and, unless it earns, the first reason in the way. */
  state(): EarningState {
    const { wallet, monitor, peers, machine, sides, reads, comfort, hasTrained, belowCost } = this.#ports
    const { state, backedUp } = wallet.status()
    const mine = this.myMachine()
    const side = sides.find(({ workflow }) => workflow.atWork)
    return earningState({
      wallet: state,
      backedUp,
      network: { up: monitor.problem === null && monitor.head !== null, detail: monitor.problem?.message ?? null },
      peer: { up: peers.status() !== null, problem: peers.problem },
      isMeasured: machine.latest() !== null,
      broken: this.#broken(),
      isRegistered: mine !== null,
      hasWorked: mine !== null && (mine.done + mine.failed > 0 || hasTrained(mine.id)),
      isStarted: this.#intent.started,
      snoozedUntil: this.#snoozed() ? this.#intent.snoozedUntil : null,
      blockReason: comfort.blockReasons[0] ?? null,
      atWork: side?.workflow.atWork
        ? {
            work: settlements[side.settlement].piece,
            id: side.workflow.atWork.subjectId,
            computes: side.workflow.computes,
          }
        : null,
      cost: belowCost(),
      isOffered: mine !== null && reads.openOffer(mine.id) !== null,
      awaitsChain: this.#isTaken() || this.#busy(),
    })
  }

  /** What the machine computes at present, in words; null while it does not earn. */
  running(): { readonly kind: string; readonly id: number; readonly words: string } | null {
    if (this.state().kind !== 'earning') return null
    return this.#ports.sides.map(({ workflow }) => workflow.running).find((running) => running !== null) ?? null
  }

  async #step(): Promise<void> {
    this.#ports.power.keepAwake(this.state().kind === 'earning' && this.#ports.config.get().comfort.keepAwake)
    if (this.#intent.snoozedUntil !== null && !this.#snoozed())
      this.#requestFor({ ...this.#intent, snoozedUntil: null })
    if (this.#intent.stopAfterOrder && !this.#isTaken()) this.#requestFor(STOPPED)
    this.#notify()
    const { state, backedUp } = this.#ports.wallet.status()
    if (state !== 'open' || !backedUp || this.#busy() || !this.#ports.indexer.caughtUp) return
    const mine = this.myMachine()
    if (!mine) return
    await this.#keepAnnounced(mine)
    await this.#keepOffered(mine)
  }

  async #keepAnnounced(mine: MachineRow): Promise<void> {
    const addresses = (this.#ports.peers.status()?.addresses ?? []).slice(0, 4)
    if (addresses.length && JSON.stringify(addresses) !== JSON.stringify(mine.addresses))
      await this.#ports.follow({ kind: 'announce', machine: mine.id, addresses })
  }

  async #keepOffered(mine: MachineRow): Promise<void> {
    if (this.#busy()) return
    const offer = this.#ports.reads.openOffer(mine.id)
    const { price, maxSeconds } = this.#ports.config.get().earn
    const wanted =
      this.#wants() && this.#ports.belowCost() === null && !this.#intent.stopAfterOrder && !this.#isTakenBesideOffers()
    // An offer outlives a short pause, and none is made in one.
    const patient = this.#objecting !== null && performance.now() - this.#objecting < OFFER_PATIENCE_MS
    if (
      offer &&
      (!wanted ||
        (this.#objecting !== null && !patient) ||
        offer.price !== BigInt(price) ||
        offer.maxSeconds !== maxSeconds)
    )
      await this.#ports.follow({ kind: 'cancelOffer', offer: offer.id })
    else if (
      !offer &&
      wanted &&
      this.#objecting === null &&
      !this.#ports.reads.activeOrderOn(mine.id) &&
      this.#broken() === null
    )
      await this.#ports.follow({ kind: 'makeOffer', machine: mine.id, price: BigInt(price), maxSeconds })
  }

  /** Whether a transaction of ours is under way: decisions wait until the index shows its effect. */
  #busy(): boolean {
    const account = this.#ports.wallet.addressOrNull()
    return (
      account !== null &&
      this.#ports.queue.store.inState(account, this.#ports.monitor.network.chainId, 'queued', 'sent').length > 0
    )
  }

  #snoozed(): boolean {
    return this.#intent.snoozedUntil !== null && this.#ports.clock.now() < this.#intent.snoozedUntil
  }

  /** Why no piece of a kind of work is taken at present, or null. */
  unwilling(kind: AnyWorkKind): string | null {
    if (!this.#runs() || this.#intent.stopAfterOrder) return 'the owner does not sell this machine’s time at present'
    if (this.#ports.belowCost() !== null) return 'the owner’s price does not pay for the electricity at present'
    const unwanted = kind.unwanted(this.#ports.config.get().earn)
    if (unwanted !== null) return unwanted
    const other = this.#ports.sides.find((side) => side.settlement !== kind.settlement && side.workflow.active)
    return other ? `the machine is working on ${settlements[other.settlement].onePiece}` : null
  }

  /** Why what is offered could not be done at present, or null. */
  #broken(): string | null {
    const offered = this.#ports.kinds.kinds.filter(({ settlement }) => isOffered(settlement))
    return offered.map((kind) => kind.broken()).find((why) => why !== null) ?? null
  }

  #isTaken(): boolean {
    return this.#ports.sides.some(({ workflow }) => workflow.active)
  }

  /** Whether a piece has the machine that no offer of ours led to. */
  #isTakenBesideOffers(): boolean {
    return this.#ports.sides.some(({ settlement, workflow }) => !isOffered(settlement) && workflow.active)
  }

  #yield(): void {
    this.#ports.comfort.guard(this.#wants())
    const why = this.#runs()
      ? null
      : this.#wants()
        ? (this.#ports.comfort.blockReasons[0]?.reason ?? 'no-telemetry')
        : this.#snoozed()
          ? 'snoozed'
          : 'paused-by-you'
    for (const { workflow } of this.#ports.sides) workflow.setPaused(why)
  }

  /** Whether the owner wants to earn now. */
  #wants(): boolean {
    return this.#intent.started && !this.#snoozed()
  }

  /** Whether work may run: the owner wants it, and none of the owner's rules stands against it. */
  #runs(): boolean {
    return this.#wants() && this.#ports.comfort.allows
  }

  #heed(): void {
    this.#objecting = this.#ports.comfort.blockReasons.length === 0 ? null : (this.#objecting ?? performance.now())
    this.#yield()
    this.#notify()
    this.#loop.poke()
  }

  #requestFor(intent: EarningIntent): EarningState {
    this.#intent = intent
    this.#ports.db
      .prepare(
        "insert into meta (key, value) values ('earning', ?) on conflict (key) do update set value = excluded.value",
      )
      .run(JSON.stringify(intent))
    this.#yield()
    this.#notify()
    this.#loop.poke()
    return this.state()
  }

  #notify(): void {
    const state = this.state()
    const text = JSON.stringify(state)
    if (text === this.#last) return
    this.#last = text
    this.events.emit('changed', state)
  }
}

/** Offers of the Market contract sell seconds. */
const isOffered = (settlement: AnyWorkKind['settlement']): boolean => settlement === 'seconds'

function readRequest(db: Db): EarningIntent {
  const row = db.prepare<[], { value: string }>("select value from meta where key = 'earning'").get()
  return row ? (JSON.parse(row.value) as EarningIntent) : STOPPED
}
