const DAY_MS = 86_400_000

/**
 * What all signed transactions may cost in a day at most. An endpoint that hides what it has mined has the same step
 * signed again and again, each time below the cap of one.
 */
export class FeeBudget {
  readonly #now: () => number
  /** The dearest form of each transaction: of those with one nonce only one is ever mined. */
  readonly #signed = new Map<string, { readonly at: number; readonly fee: bigint }>()

  constructor(now: () => number = Date.now) {
    this.#now = now
  }

  /** Counts a transaction, unless the sum of the last 24 hours would then be above a limit. @returns whether it fits */
  take(chainId: number, nonce: number, fee: bigint, limit: bigint): boolean {
    const now = this.#now()
    const key = `${chainId}/${nonce}`
    let sum = fee
    for (const [other, { at, fee: spent }] of this.#signed) {
      if (now - at >= DAY_MS) this.#signed.delete(other)
      else if (other !== key && other.startsWith(`${chainId}/`)) sum += spent
    }
    if (sum > limit) return false
    const before = this.#signed.get(key)
    this.#signed.set(key, { at: now, fee: before && before.fee > fee ? before.fee : fee })
    return true
  }
}
