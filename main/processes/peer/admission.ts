import type { RouteLimits } from '../../../common/children/peer.ts'
import { HearthError } from '../../../common/errors/index.ts'
import { Budget } from '../../core/budget.ts'

/** Requests of all peers together that one route answers at the same time. */
const MOST_AT_ONCE = 128

/** Lets requests into one route. What one peer, or one route, is flooded with takes nothing from the others. */
export class Admission {
  readonly #limits: RouteLimits
  readonly #budget: Budget | null
  readonly #active = new Map<string, number>()
  #total = 0

  constructor(limits: RouteLimits, now?: () => number) {
    this.#limits = limits
    this.#budget = limits.perMinute && new Budget(limits.perMinute, now)
  }

  /**
   * Runs a peer's request with its place held.
   * @throws HearthError TOO_MANY_REQUESTS before anything of the request is read
   */
  async hold<T>(peer: string, run: (charge: (bytes: number) => void) => Promise<T>): Promise<T> {
    const active = this.#active.get(peer) ?? 0
    if (active >= this.#limits.concurrent)
      throw new HearthError(
        'TOO_MANY_REQUESTS',
        `this route answers ${this.#limits.concurrent} requests of a peer at once`,
      )
    if (this.#budget?.spent(peer))
      throw new HearthError('TOO_MANY_REQUESTS', 'you have asked as much as this route answers a peer in a minute')
    if (this.#total >= MOST_AT_ONCE)
      throw new HearthError('TOO_MANY_REQUESTS', 'this machine answers many others at present')
    this.#active.set(peer, active + 1)
    this.#total += 1
    this.#budget?.charge(peer, { requests: 1 })
    try {
      return await run((bytes) => this.#budget?.charge(peer, { bytes }))
    } finally {
      this.#total -= 1
      const left = (this.#active.get(peer) ?? 1) - 1
      if (left > 0) this.#active.set(peer, left)
      else this.#active.delete(peer)
    }
  }
}
