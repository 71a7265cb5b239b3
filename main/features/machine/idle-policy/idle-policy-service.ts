import { judge, noMemory, type IdlePolicyMemory, type BlockReason } from '../../../../common/model/idle-policy/judge.ts'
import type { IdlePolicy } from '../../../../common/model/idle-policy/rules.ts'
import type { ConfigStore } from '../../../core/config.ts'
import { Emitter } from '../../../core/events.ts'
import type { Service } from '../../../core/lifecycle.ts'
import type { TelemetryFeed } from './telemetry-feed.ts'

/** Where so many samples did not come. */
const SILENT_SAMPLES = 6
const CHECK_MS = 1_000
const BLIND: readonly BlockReason[] = [{ reason: 'no-telemetry', value: null, limit: null, until: null }]

/**
 * Judges each sample by the owner's rules. Without samples nobody knows whether the owner is there, so work stands
 * back.
 */
export class IdlePolicyService implements Service {
  readonly name = 'comfort'
  readonly events = new Emitter<{ changed: readonly BlockReason[] }>()
  readonly #feed: TelemetryFeed
  readonly #config: ConfigStore
  #memory: IdlePolicyMemory = noMemory
  #blockReasons: readonly BlockReason[] = []
  /** The reasons that listeners know; null before the first sample. */
  #notified: string | null = null
  #heard: number
  #timer: NodeJS.Timeout | undefined
  #letGo: (() => void) | undefined
  #unsubscribe: (() => void)[] = []

  constructor(ports: { feed: TelemetryFeed; config: ConfigStore }) {
    this.#feed = ports.feed
    this.#config = ports.config
    this.#heard = performance.now()
  }

  start(): Promise<void> {
    this.#heard = performance.now()
    this.#unsubscribe = [
      this.#feed.events.on('sample', () => ((this.#heard = performance.now()), this.#judge())),
      this.#config.events.on('changed', () => this.#judge()),
    ]
    this.#timer = setInterval(() => {
      if (performance.now() - this.#heard > SILENT_SAMPLES * this.#feed.everyMs) this.#notify(BLIND)
    }, CHECK_MS)
    return Promise.resolve()
  }

  /** Whether paid work may be under way: then the owner is to be noticed within a second. */
  guard(on: boolean): void {
    if (on) this.#letGo ??= this.#feed.follow()
    else {
      this.#letGo?.()
      this.#letGo = undefined
    }
  }

  stop(): Promise<void> {
    this.guard(false)
    clearInterval(this.#timer)
    for (const off of this.#unsubscribe) off()
    return Promise.resolve()
  }

  /** Why paid work stands back at present; empty where it may run, and before the sensors have answered. */
  get blockReasons(): readonly BlockReason[] {
    return this.#blockReasons
  }

  /** Whether paid work may run. Until the sensors have answered once, nobody knows whether the owner is there. */
  get allows(): boolean {
    return this.#feed.latest !== null && this.#blockReasons.length === 0
  }

  get rules(): IdlePolicy {
    return this.#config.get().comfort
  }

  #judge(): void {
    const sample = this.#feed.latest
    if (!sample) return
    const { blockReasons, memory } = judge(
      this.rules,
      sample,
      this.#memory,
      this.#config.get().earn.backend === 'webgpu',
    )
    this.#memory = memory
    this.#notify(blockReasons)
  }

  #notify(blockReasons: readonly BlockReason[]): void {
    this.#blockReasons = blockReasons
    const notified = JSON.stringify(blockReasons.map(({ reason }) => reason))
    if (notified !== this.#notified) this.events.emit('changed', blockReasons)
    this.#notified = notified
  }
}
