import { monitorEventLoopDelay, performance, type EventLoopUtilization } from 'node:perf_hooks'

const RESOLUTION_MS = 10
const LOOK_EVERY_MS = 1_000
/** A loop that is used less of its time is at rest. */
const BUSY = 0.1
/** What a sample was late by. */
const beyond = (nanoseconds: number): number => Math.max(0, Math.round(nanoseconds / 1e5) / 10 - RESOLUTION_MS)

/**
 * How long the event loop is blocked. To see that takes a hundred wakings a second, more than all else that a host does
 * at rest: so it is looked at closely while it is in use.
 */
export class LoopDelay {
  #used: EventLoopUtilization = performance.eventLoopUtilization()
  #closely: ReturnType<typeof monitorEventLoopDelay> | null = null
  #longest = 0
  #p99 = 0
  #timer: NodeJS.Timeout | undefined

  start(): void {
    this.#begin()
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS)
    this.#timer.unref()
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#end()
  }

  get isClose(): boolean {
    return this.#closely !== null
  }

  /** Milliseconds; the share of 99 % is of the last time that the loop was in use. */
  get figures(): { readonly longest: number; readonly p99: number } {
    const closely = this.#closely
    if (!closely || closely.count === 0) return { longest: this.#longest, p99: this.#p99 }
    return { longest: Math.max(this.#longest, beyond(closely.max)), p99: beyond(closely.percentile(99)) }
  }

  #look(): void {
    const { utilization } = performance.eventLoopUtilization(this.#used)
    this.#used = performance.eventLoopUtilization()
    if (utilization >= BUSY) this.#begin()
    else this.#end()
  }

  #begin(): void {
    if (this.#closely) return
    // A new one each time: one that is begun again takes its rest for a delay.
    this.#closely = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
    this.#closely.enable()
  }

  #end(): void {
    ;({ longest: this.#longest, p99: this.#p99 } = this.figures)
    this.#closely?.disable()
    this.#closely = null
  }
}
