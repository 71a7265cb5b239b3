import type { telemetryContract } from '../../../../common/children/telemetry.ts'
import type { Sample } from '../../../../common/model/telemetry.ts'
import { pause } from '../../../core/clock.ts'
import type { ConfigStore } from '../../../core/config.ts'
import { Emitter } from '../../../core/events.ts'
import type { Service } from '../../../core/lifecycle.ts'
import type { Log } from '../../../core/log/log.ts'
import type { Power } from '../../../core/ports.ts'
import type { SupervisedProcess } from '../../../core/processes/supervised.ts'

/** Fifteen minutes of samples, for the charts. */
const KEPT_MS = 900_000
const RETRY_MS = 2_000
/** While somebody looks or paid work may run, and else: on many systems one sample costs a process or more. */
const CLOSE_MS = 1_000
const FAR_MS = 10_000

/** Follows the sensors' process, through its deaths and restarts. */
export class TelemetryFeed implements Service {
  readonly name = 'telemetry'
  readonly events = new Emitter<{ sample: Sample }>()
  readonly #process: SupervisedProcess<typeof telemetryContract>
  readonly #config: ConfigStore
  readonly #power: Power
  readonly #log: Log
  readonly #history: Sample[] = []
  #abort = new AbortController()
  #running: Promise<void> = Promise.resolve()
  #restart: AbortController | undefined
  #followers = 0
  #unsubscribe = (): void => {}

  constructor(ports: {
    process: SupervisedProcess<typeof telemetryContract>
    config: ConfigStore
    power: Power
    log: Log
  }) {
    this.#process = ports.process
    this.#config = ports.config
    this.#power = ports.power
    this.#log = ports.log.child('telemetry')
  }

  start(): Promise<void> {
    let apps = this.#apps()
    this.#unsubscribe = this.#config.events.on('changed', () => {
      if (this.#apps() === apps) return
      apps = this.#apps()
      this.#restart?.abort()
    })
    this.#running = this.#run()
    return Promise.resolve()
  }

  async stop(): Promise<void> {
    this.#unsubscribe()
    this.#abort.abort()
    await this.#process.stop()
    await this.#running
  }

  /**
   * From here on there is a sample each second.
   * @returns lets go of that
   */
  follow(): () => void {
    if (++this.#followers === 1) this.#restart?.abort()
    let follows = true
    return () => {
      if (follows && --this.#followers === 0) this.#restart?.abort()
      follows = false
    }
  }

  get everyMs(): number {
    return this.#followers > 0 ? CLOSE_MS : FAR_MS
  }

  get latest(): Sample | null {
    return this.#history.at(-1) ?? null
  }

  /** The last minutes, oldest first. */
  get history(): readonly Sample[] {
    return this.#history
  }

  #apps(): string {
    return JSON.stringify(this.#config.get().comfort.apps)
  }

  async #run(): Promise<void> {
    while (!this.#abort.signal.aborted) {
      this.#restart = new AbortController()
      const signal = AbortSignal.any([this.#abort.signal, this.#restart.signal])
      try {
        for await (const sample of await this.#process.client.watch(
          { apps: this.#config.get().comfort.apps, everyMs: this.everyMs },
          { signal },
        ))
          this.#keep(sample)
      } catch (error) {
        if (signal.aborted) continue
        this.#log.warn('the sensors’ process stopped; it is started again', { error })
        await pause(RETRY_MS, this.#abort.signal)
      }
    }
  }

  #keep(notified: Sample): void {
    const seconds = notified.idle.value === null ? this.#power.idleSeconds() : null
    const sample = seconds === null ? notified : { ...notified, idle: { value: seconds, source: 'shell', age: 0 } }
    this.#history.push(sample)
    while (this.#history[0]!.time < sample.time - KEPT_MS) this.#history.shift()
    this.events.emit('sample', sample)
  }
}
