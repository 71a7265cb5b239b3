import { setTimeout as sleep } from 'node:timers/promises'

const BURST_SECONDS = 0.25

/** Lets so many bytes a second through, shared by all who wait. Null is no limit. */
export class RateCap {
  #perSecond: number | null
  #free = 0
  #at = performance.now()
  #turn: Promise<void> = Promise.resolve()

  constructor(perSecond: number | null) {
    this.#perSecond = perSecond
  }

  set(perSecond: number | null): void {
    this.#perSecond = perSecond
  }

  /** Resolves when these bytes may go. */
  take(bytes: number): Promise<void> {
    if (this.#perSecond === null) return Promise.resolve()
    this.#turn = this.#turn.then(async () => {
      if (this.#perSecond === null) return
      const now = performance.now()
      this.#free =
        Math.min(this.#perSecond * BURST_SECONDS, this.#free + ((now - this.#at) / 1000) * this.#perSecond) - bytes
      this.#at = now
      if (this.#free < 0) await sleep((-this.#free / this.#perSecond) * 1000)
    })
    return this.#turn
  }
}
