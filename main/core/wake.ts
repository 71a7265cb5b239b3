import { Emitter } from './events.ts'
import type { Service } from './lifecycle.ts'

const EVERY_MS = 2_000
/** So much later than it should, a timer fires after a sleep, or in a process that was held. */
const SLEPT_MS = 5_000

/** Tells that the machine woke up. */
export const wakes = new Emitter<{ woke: null }>()

/**
 * Notices that the machine slept. Timers do not count a sleep on most systems, so what waits would wait on, while the
 * chain has gone on and lines to others are dead.
 */
export class WakeWatch implements Service {
  readonly name = 'wake'
  readonly #now: () => number
  #last = 0
  #timer: NodeJS.Timeout | undefined

  /** @param now milliseconds by a clock that counts sleep */
  constructor(now: () => number = Date.now) {
    this.#now = now
  }

  start(): Promise<void> {
    this.#last = this.#now()
    this.#timer = setInterval(() => this.look(), EVERY_MS)
    return Promise.resolve()
  }

  stop(): Promise<void> {
    clearInterval(this.#timer)
    return Promise.resolve()
  }

  look(): void {
    const now = this.#now()
    if (now - this.#last > EVERY_MS + SLEPT_MS) wakes.emit('woke', null)
    this.#last = now
  }
}
