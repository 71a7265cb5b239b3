/** A pause of the loop that is longer was a machine asleep (milliseconds). */
const ASLEEP_MS = 10 * 60_000

/**
 * For how long, by the chain's clock, this program has been there without a break for each of several things to come.
 * It is kept in memory on purpose: whoever was switched on just now was not there.
 */
export class Presence {
  readonly #clock: () => number
  readonly #since = new Map<number, { since: number; last: number }>()

  constructor(clock: () => number = () => Date.now()) {
    this.#clock = clock
  }

  /** @param time the chain's, or null while this machine cannot be reached */
  note(id: number, time: number | null): void {
    const [known, now] = [this.#since.get(id), this.#clock()]
    if (time === null) this.#since.delete(id)
    else if (known && now - known.last < ASLEEP_MS) known.last = now
    else this.#since.set(id, { since: time, last: now })
  }

  seconds(id: number, time: number): number {
    const known = this.#since.get(id)
    return known ? Math.max(0, time - known.since) : 0
  }
}
