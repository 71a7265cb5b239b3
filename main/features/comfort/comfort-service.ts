import { judge, noMemory, type ComfortMemory, type Objection } from '../../../common/model/comfort/judge.ts'
import type { ComfortRules } from '../../../common/model/comfort/rules.ts'
import type { ConfigStore } from '../../core/config.ts'
import { Emitter } from '../../core/events.ts'
import type { Service } from '../../core/lifecycle.ts'
import type { TelemetryFeed } from './telemetry-feed.ts'

const SILENT_MS = 6_000
const CHECK_MS = 1_000
const BLIND: readonly Objection[] = [{ reason: 'no-telemetry', value: null, limit: null, until: null }]

/** Judges each sample by the owner's rules. Without samples nobody knows whether the owner is there, so work stands back. */
export class ComfortService implements Service {
  readonly name = 'comfort'
  readonly events = new Emitter<{ changed: readonly Objection[] }>()
  readonly #feed: TelemetryFeed
  readonly #config: ConfigStore
  #memory: ComfortMemory = noMemory
  #objections: readonly Objection[] = []
  #heard: number
  #timer: NodeJS.Timeout | undefined
  #unsubscribe: (() => void)[] = []

  constructor(ports: { feed: TelemetryFeed; config: ConfigStore }) {
    this.#feed = ports.feed
    this.#config = ports.config
    this.#heard = performance.now()
  }

  start(): Promise<void> {
    this.#heard = performance.now()
    this.#unsubscribe = [this.#feed.events.on('sample', () => ((this.#heard = performance.now()), this.#judge())), this.#config.events.on('changed', () => this.#judge())]
    this.#timer = setInterval(() => {
      if (performance.now() - this.#heard > SILENT_MS) this.#tell(BLIND)
    }, CHECK_MS)
    return Promise.resolve()
  }

  stop(): Promise<void> {
    clearInterval(this.#timer)
    for (const off of this.#unsubscribe) off()
    return Promise.resolve()
  }

  /** Why paid work stands back at present; empty where it may run. */
  get objections(): readonly Objection[] {
    return this.#objections
  }

  get rules(): ComfortRules {
    return this.#config.get().comfort
  }

  #judge(): void {
    const sample = this.#feed.latest
    if (!sample) return
    const { objections, memory } = judge(this.rules, sample, this.#memory, this.#config.get().earn.backend === 'webgpu')
    this.#memory = memory
    this.#tell(objections)
  }

  #tell(objections: readonly Objection[]): void {
    const before = JSON.stringify(this.#objections.map(({ reason }) => reason))
    this.#objections = objections
    if (JSON.stringify(objections.map(({ reason }) => reason)) !== before) this.events.emit('changed', objections)
  }
}
