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
  /** The reasons that listeners know; null before the first sample. */
  #told: string | null = null
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
    this.#unsubscribe = [
      this.#feed.events.on('sample', () => ((this.#heard = performance.now()), this.#judge())),
      this.#config.events.on('changed', () => this.#judge()),
    ]
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

  /** Why paid work stands back at present; empty where it may run, and before the sensors have answered. */
  get objections(): readonly Objection[] {
    return this.#objections
  }

  /** Whether paid work may run. Until the sensors have answered once, nobody knows whether the owner is there. */
  get allows(): boolean {
    return this.#feed.latest !== null && this.#objections.length === 0
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
    this.#objections = objections
    const told = JSON.stringify(objections.map(({ reason }) => reason))
    if (told !== this.#told) this.events.emit('changed', objections)
    this.#told = told
  }
}
