import type * as z from 'zod'
import type { Inbound, peerContract, PeerStatus } from '../../../common/children/peer.ts'
import { HearthError, isErrorCode, messageOf } from '../../../common/errors/index.ts'
import { pause } from '../../core/clock.ts'
import type { ConfigStore } from '../../core/config.ts'
import { Emitter } from '../../core/events.ts'
import type { Service } from '../../core/lifecycle.ts'
import type { Log } from '../../core/log/log.ts'
import { Loop } from '../../core/loop.ts'
import type { SupervisedProcess } from '../../core/processes/supervised.ts'
import { healthAnswers, healthRoute, PeerHealth } from './health.ts'
import { keyOfPeerId, peerIdOfKey } from './peer-key.ts'
import type { PeerRecord } from './peer-record.ts'
import type { PeerWallets } from './peer-wallets.ts'
import type { Answers, Ask, Messages, OpenRoute, PartyRoute, PartyService, Route } from './route.ts'
import { parseMessage, RouteTable, shapeOf, type PeerAnswer, type PeerRequest } from './route-table.ts'

/** Where a machine is reached, as the chain names it. */
export interface PeerAddress {
  /** Ed25519 key. */
  readonly peer: string
  readonly addresses: readonly string[]
}

const ANSWER_TIMEOUT_MS = 20_000
const LISTEN_AGAIN_MS = 200
const PROBE_EVERY_MS = 20_000
/** A node that does not even say that it failed has stopped. */
const PROBE_MS = 20_000

/** The peer node of this host. It runs in a process of its own and is started again when that dies. */
export class PeerService implements Service {
  readonly name = 'peers'
  readonly events = new Emitter<{ changed: PeerStatus | null }>()
  readonly #process: SupervisedProcess<typeof peerContract>
  readonly #config: ConfigStore
  readonly #folder: string
  readonly #log: Log
  readonly #loop: Loop
  readonly #routes: RouteTable
  readonly #health: PeerHealth
  readonly #probing: Loop
  readonly #record: (peer: string) => Promise<PeerRecord>
  #status: PeerStatus | null = null
  /** The settings that the node runs with. */
  #reach = ''
  #starting: Promise<void> | undefined
  #inbound: AbortController | undefined
  readonly #answering = new Map<number, AbortController>()

  /**
   * @param ports.record this wallet's word that the peer with this key speaks for it; asked for each request to a party
   */
  constructor(ports: {
    process: SupervisedProcess<typeof peerContract>
    config: ConfigStore
    folder: string
    wallets: PeerWallets
    record: (peer: string) => Promise<PeerRecord>
    log: Log
  }) {
    this.#process = ports.process
    this.#config = ports.config
    this.#folder = ports.folder
    this.#record = ports.record
    this.#routes = new RouteTable((record, key) => ports.wallets.of(record, key))
    this.#log = ports.log.child('peers')
    this.#loop = new Loop(() => this.#tend(), 5_000, this.#log)
    this.#health = new PeerHealth({
      probe: () => this.#probe(),
      restart: () => this.#restart(),
      now: () => performance.now(),
    })
    this.#probing = new Loop(() => this.#checkHealth(), PROBE_EVERY_MS, this.#log)
    this.openRoute(healthRoute, healthAnswers)
  }

  /** Answers a route to parties of its subjects. Declared before the start. */
  route<S, M extends Messages, Party>(route: PartyRoute<S, M>, service: PartyService<S, M, Party>): void {
    this.#routes.addParty(route, service)
  }

  /** Answers a route to anybody, within its budget. Declared before the start. */
  openRoute<M extends Messages>(route: OpenRoute<M>, answers: Answers<M, null>): void {
    this.#routes.addOpen(route, answers)
  }

  /** The node takes its time, and nothing else waits for it. */
  start(): Promise<void> {
    this.#process.events.on('died', () => this.#lost())
    this.#config.events.on('changed', () => this.#loop.poke())
    this.#loop.start()
    this.#probing.start()
    return Promise.resolve()
  }

  async stop(): Promise<void> {
    await Promise.all([this.#loop.stop(), this.#probing.stop()])
    this.#inbound?.abort()
    await this.#process.stop()
  }

  status(): PeerStatus | null {
    return this.#status
  }

  /** Why other machines get no answer from this one although its node runs, in words; a probe from outside tells. */
  get problem(): string | null {
    return this.#status && this.#health.problem
  }

  /** This peer's key, as the chain names it. @throws HearthError ENGINE_GONE while the node is down */
  key(): string {
    if (!this.#status) throw new HearthError('ENGINE_GONE', 'the peer node is starting')
    return keyOfPeerId(this.#status.peerId)
  }

  /** Asks one peer. @throws HearthError PEER_UNREACHABLE, BAD_MESSAGE, or the error that the peer answered with */
  to({ peer, addresses }: PeerAddress): Ask {
    return async <S, M extends Messages, T extends keyof M & string>(
      route: Route<S, M>,
      subject: S,
      message: { readonly type: T } & z.input<M[T]['request']>,
      body: Buffer | null = null,
      timeoutMs = ANSWER_TIMEOUT_MS,
    ) => {
      const { protocol } = route.limits
      const shape = shapeOf(route.messages, message.type)
      await this.#ensure()
      const envelope =
        route.caller === 'party' ? { ...message, subject, record: await this.#record(this.key()) } : { ...message }
      const given = await this.#process.client.request({
        protocol,
        peerId: peerIdOfKey(peer),
        addresses: [...addresses],
        message: envelope,
        body: body?.toString('base64') ?? null,
        timeoutMs,
      })
      const { error, reason } = given.message
      if (error !== undefined)
        throw new HearthError(
          isErrorCode(error) ? error : 'PEER_REFUSED',
          typeof reason === 'string' ? reason.slice(0, 300) : 'the peer refused',
          { peerCode: typeof error === 'string' ? error.slice(0, 40) : 'unreadable' },
        )
      if (given.body !== null && shape.body !== 'answer')
        throw new HearthError('BAD_MESSAGE', 'the machine’s answer has a body where none belongs')
      return {
        message: parseMessage(shape.answer, given.message, 'the machine’s answer') as z.output<M[T]['answer']>,
        body: given.body === null ? null : Buffer.from(given.body, 'base64'),
      }
    }
  }

  #lost(): void {
    this.#status = null
    for (const gone of this.#answering.values()) gone.abort()
    this.events.emit('changed', null)
    this.#loop.poke()
  }

  async #checkHealth(): Promise<void> {
    if (!this.#status) return
    const before = this.problem
    await this.#health.check()
    if (this.problem !== before) this.events.emit('changed', this.#status)
  }

  async #probe(): Promise<string | null> {
    const late = pause(PROBE_MS).then(() => 'the node does not answer its own host')
    const probed = this.#process.client
      .probe({ protocol: healthRoute.limits.protocol })
      .then(({ problem }) => problem, messageOf)
    return Promise.race([probed, late])
  }

  async #restart(): Promise<void> {
    this.#log.warn('other machines get no answer from this one; its node is started again', { why: this.problem })
    await this.#process.restart()
    this.#lost()
  }

  async #tend(): Promise<void> {
    if (this.#status && JSON.stringify(this.#config.get().peer) !== this.#reach) {
      await this.#process.restart()
      this.#lost()
    }
    await this.#ensure()
    const status = await this.#process.client.status({})
    const changed = JSON.stringify(status) !== JSON.stringify(this.#status)
    this.#status = status
    if (changed) this.events.emit('changed', status)
  }

  #ensure(): Promise<void> {
    if (this.#status) return Promise.resolve()
    return (this.#starting ??= this.#startNode().finally(() => (this.#starting = undefined)))
  }

  async #startNode(): Promise<void> {
    const { listen, mdns, bootstrap, relays } = this.#config.get().peer
    this.#reach = JSON.stringify(this.#config.get().peer)
    this.#status = await this.#process.client.start({
      folder: this.#folder,
      listen,
      mdns,
      bootstrap,
      relays,
      routes: this.#routes.limits,
    })
    this.events.emit('changed', this.#status)
    this.#inbound?.abort()
    this.#inbound = new AbortController()
    void this.#serve(this.#inbound.signal)
  }

  /** Hands requests on for as long as the node lives. A stream of them that breaks off is opened again. */
  async #serve(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && this.#status) {
      try {
        for await (const request of await this.#process.client.inbound({}, { signal }))
          if ('gone' in request) this.#answering.get(request.gone)?.abort()
          else void this.#answer(request)
      } catch (error) {
        if (!signal.aborted) this.#log.warn('the stream of requests broke off', { error: messageOf(error) })
      }
      await pause(LISTEN_AGAIN_MS, signal)
    }
  }

  async #answer({ id, body, ...request }: Inbound): Promise<void> {
    const gone = new AbortController()
    this.#answering.set(id, gone)
    const answer = await this.#routed({
      ...request,
      body: body === null ? null : Buffer.from(body, 'base64'),
      gone: gone.signal,
    }).finally(() => this.#answering.delete(id))
    await this.#process.client
      .answer({ id, message: answer.message, body: answer.body?.toString('base64') ?? null })
      .catch(() => {})
  }

  async #routed(request: Omit<PeerRequest, 'key'>): Promise<PeerAnswer> {
    try {
      return await this.#routes.answer({ ...request, key: keyOfPeerId(request.peerId) })
    } catch (error) {
      if (error instanceof HearthError) return { message: { error: error.code, reason: error.message }, body: null }
      this.#log.error('a peer’s request failed', { error, peer: request.peerId })
      return { message: { error: 'INTERNAL', reason: 'the request failed' }, body: null }
    }
  }
}
