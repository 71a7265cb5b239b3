import type { PartnerView } from '../../../common/api/partner.ts'
import type { PartnerNews, partnerContract } from '../../../common/children/partner.ts'
import { HearthError, messageOf } from '../../../common/errors/index.ts'
import { pause } from '../../core/clock.ts'
import type { ConfigStore } from '../../core/config.ts'
import { Emitter } from '../../core/events.ts'
import { inTurn } from '../../core/in-turn.ts'
import type { Service } from '../../core/lifecycle.ts'
import type { Log } from '../../core/log/log.ts'
import type { SupervisedProcess } from '../../core/processes/supervised.ts'
import type { PracticeChain } from '../chain/index.ts'

const AGAIN_MS = 5_000
const nothing: PartnerNews = { address: null, offering: false, selling: null, ordered: 0, bought: 0, problem: null }

interface Ports {
  readonly config: ConfigStore
  /** Null where the network is not this host's own. */
  readonly practice: PracticeChain | null
  /** The partner's own data folder. */
  readonly folder: string
  readonly process: SupervisedProcess<typeof partnerContract>
  readonly log: Log
}

/** Keeps the practice partner playing while its person wants it. */
export class PartnerService implements Service {
  readonly name = 'practice-partner'
  readonly events = new Emitter<{ changed: PartnerView }>()
  readonly #ports: Ports
  /** Off and on again at once must not meet. */
  readonly #inTurn = inTurn()
  #view: PartnerView
  #play: { readonly controller: AbortController; readonly done: Promise<void> } | null = null

  constructor(ports: Ports) {
    this.#ports = ports
    this.#view = { ...nothing, state: ports.practice ? 'off' : 'unavailable' }
  }

  get view(): PartnerView {
    return this.#view
  }

  start(): Promise<void> {
    if (this.#ports.practice && this.#ports.config.get().partner) this.#begin(this.#ports.practice)
    return Promise.resolve()
  }

  async stop(): Promise<void> {
    this.#play?.controller.abort()
    await this.#play?.done
    this.#play = null
  }

  /** @throws HearthError NOT_PRACTICE */
  turn(on: boolean): Promise<PartnerView> {
    return this.#inTurn(() => this.#turn(on))
  }

  async #turn(on: boolean): Promise<PartnerView> {
    const { practice, config } = this.#ports
    if (!practice)
      throw new HearthError('NOT_PRACTICE', 'there is a practice partner on a practice network of one’s own')
    await config.update({ partner: on })
    if (on && !this.#play) this.#begin(practice)
    if (!on) {
      await this.stop()
      await this.#ports.process.restart()
      this.#show({ ...this.#view, offering: false, state: 'off', problem: null })
    }
    return this.#view
  }

  #begin(practice: PracticeChain): void {
    const controller = new AbortController()
    this.#play = { controller, done: this.#playOn(practice, controller.signal) }
  }

  async #playOn(practice: PracticeChain, signal: AbortSignal): Promise<void> {
    const { folder, process, log } = this.#ports
    while (!signal.aborted) {
      this.#show({ ...this.#view, offering: false, state: 'starting', problem: null })
      try {
        const stream = await process.client.play({ folder, rpcUrl: practice.rpcUrl }, { signal })
        for await (const news of stream) this.#show({ ...news, state: news.address ? 'playing' : 'starting' })
      } catch (error) {
        if (signal.aborted) return
        log.warn('the practice partner ended; it is started again', { error })
        this.#show({ ...this.#view, offering: false, state: 'failed', problem: messageOf(error) })
      }
      await pause(AGAIN_MS, signal)
    }
  }

  #show(view: PartnerView): void {
    this.#view = view
    this.events.emit('changed', view)
  }
}
