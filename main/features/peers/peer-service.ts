import type { peerContract, PeerStatus } from '../../../common/children/peer.ts'
import { HearthError, isErrorCode, messageOf } from '../../../common/errors/index.ts'
import type { ConfigStore } from '../../core/config.ts'
import { Emitter } from '../../core/events.ts'
import type { Service } from '../../core/lifecycle.ts'
import type { Log } from '../../core/log/log.ts'
import { Loop } from '../../core/loop.ts'
import type { SupervisedProcess } from '../../core/processes/supervised.ts'
import { keyOfPeerId } from './peer-key.ts'

export interface PeerRequest {
  readonly peerId: string
  /** Ed25519 key of the peer on the line; TLS has proven it. */
  readonly key: string
  readonly message: Readonly<Record<string, unknown>>
  readonly body: Buffer | null
}
export interface PeerAnswer {
  readonly message: Record<string, unknown>
  readonly body: Buffer | null
}

/** The peer node of this host. It runs in a process of its own and is started again when that dies. */
export class PeerService implements Service {
  readonly name = 'peers'
  readonly events = new Emitter<{ changed: PeerStatus | null }>()
  readonly #process: SupervisedProcess<typeof peerContract>
  readonly #config: ConfigStore
  readonly #folder: string
  readonly #log: Log
  readonly #loop: Loop
  #status: PeerStatus | null = null
  #handler: ((request: PeerRequest) => Promise<PeerAnswer>) | undefined
  #inbound: AbortController | undefined

  constructor(ports: {
    process: SupervisedProcess<typeof peerContract>
    config: ConfigStore
    folder: string
    log: Log
  }) {
    this.#process = ports.process
    this.#config = ports.config
    this.#folder = ports.folder
    this.#log = ports.log.child('peers')
    this.#loop = new Loop(() => this.#tend(), 5_000, this.#log)
  }

  /** Who answers requests of other peers. Set once, before the start. */
  onRequest(handler: (request: PeerRequest) => Promise<PeerAnswer>): void {
    this.#handler = handler
  }

  async start(): Promise<void> {
    this.#process.events.on('died', () => {
      this.#status = null
      this.events.emit('changed', null)
      this.#loop.poke()
    })
    await this.#ensure()
    this.#loop.start()
  }

  async stop(): Promise<void> {
    await this.#loop.stop()
    this.#inbound?.abort()
    await this.#process.stop()
  }

  status(): PeerStatus | null {
    return this.#status
  }

  /** This peer's key, as the chain names it. @throws HearthError ENGINE_GONE while the node is down */
  key(): string {
    if (!this.#status) throw new HearthError('ENGINE_GONE', 'the peer node is starting')
    return keyOfPeerId(this.#status.peerId)
  }

  /** @throws HearthError PEER_UNREACHABLE, or the error that the peer answered with */
  async request(
    to: { peerId: string; addresses: string[] },
    message: Record<string, unknown>,
    body: Buffer | null = null,
    timeoutMs = 20_000,
  ): Promise<PeerAnswer> {
    await this.#ensure()
    const answer = await this.#process.client.request({
      ...to,
      message,
      body: body?.toString('base64') ?? null,
      timeoutMs,
    })
    const { error, reason } = answer.message
    if (error !== undefined)
      throw new HearthError(
        isErrorCode(error) ? error : 'PEER_REFUSED',
        typeof reason === 'string' ? reason.slice(0, 300) : 'the peer refused',
        { peerCode: typeof error === 'string' ? error.slice(0, 40) : 'unreadable' },
      )
    return { message: answer.message, body: answer.body === null ? null : Buffer.from(answer.body, 'base64') }
  }

  async #tend(): Promise<void> {
    await this.#ensure()
    const status = await this.#process.client.status({})
    const changed = JSON.stringify(status) !== JSON.stringify(this.#status)
    this.#status = status
    if (changed) this.events.emit('changed', status)
  }

  async #ensure(): Promise<void> {
    if (this.#status) return
    const { listen, mdns, bootstrap, relays } = this.#config.get().peer
    this.#status = await this.#process.client.start({ folder: this.#folder, listen, mdns, bootstrap, relays })
    this.events.emit('changed', this.#status)
    this.#inbound?.abort()
    this.#inbound = new AbortController()
    void this.#serve(this.#inbound.signal)
  }

  async #serve(signal: AbortSignal): Promise<void> {
    try {
      for await (const request of await this.#process.client.inbound({}, { signal })) void this.#answer(request)
    } catch (error) {
      if (!signal.aborted) this.#log.debug('inbound requests ended', { error: messageOf(error) })
    }
  }

  async #answer({
    id,
    peerId,
    message,
    body,
  }: {
    id: number
    peerId: string
    message: Record<string, unknown>
    body: string | null
  }): Promise<void> {
    const answer = await this.#handle({
      peerId,
      key: keyOfPeerId(peerId),
      message,
      body: body === null ? null : Buffer.from(body, 'base64'),
    })
    await this.#process.client
      .answer({ id, message: answer.message, body: answer.body?.toString('base64') ?? null })
      .catch(() => {})
  }

  async #handle(request: PeerRequest): Promise<PeerAnswer> {
    try {
      if (!this.#handler) throw new HearthError('PEER_REFUSED', 'this peer serves nothing')
      return await this.#handler(request)
    } catch (error) {
      if (error instanceof HearthError) return { message: { error: error.code, reason: error.message }, body: null }
      this.#log.error('a peer’s request failed', { error, peer: request.peerId })
      return { message: { error: 'INTERNAL', reason: 'the request failed' }, body: null }
    }
  }
}
