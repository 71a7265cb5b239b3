import type { Log } from './log/log.ts'

/** Something with a life between start and stop. `start` returns when it is ready; `stop` may be called at any time. */
export interface Service {
  readonly name: string
  start(signal: AbortSignal): Promise<void>
  stop(): Promise<void>
}

/** Starts services in the listed order and stops them in reverse. A failed start stops what had started. */
export class Lifecycle {
  readonly #services: readonly Service[]
  readonly #log: Log
  readonly #abort = new AbortController()
  #started: Service[] = []

  constructor(services: readonly Service[], log: Log) {
    this.#services = services
    this.#log = log
  }

  async start(): Promise<void> {
    for (const service of this.#services) {
      const begun = performance.now()
      // Counted as started before it is: a half-started service must be stopped as well.
      this.#started.push(service)
      try {
        await service.start(this.#abort.signal)
      } catch (error) {
        await this.stop()
        throw error
      }
      this.#log.info('started', { service: service.name, ms: Math.round(performance.now() - begun) })
    }
  }

  async stop(): Promise<void> {
    this.#abort.abort()
    for (const service of this.#started.reverse()) {
      try {
        await service.stop()
      } catch (error) {
        this.#log.error('stopping failed', { service: service.name, error })
      }
    }
    this.#started = []
  }
}
