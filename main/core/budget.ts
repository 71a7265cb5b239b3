const MINUTE_MS = 60_000

export interface Allowance {
  readonly requests: number
  readonly bytes: number
}

/**
 * What each of many callers may use in a minute. All are counted anew with each minute, so what is remembered is
 * bounded by who came within one.
 */
export class Budget {
  readonly #allowance: Allowance
  readonly #now: () => number
  readonly #used = new Map<string, Allowance>()
  #minute = 0

  constructor(allowance: Allowance, now: () => number = () => performance.now()) {
    this.#allowance = allowance
    this.#now = now
  }

  /** Whether nothing is left for this caller in the minute at hand. */
  spent(caller: string): boolean {
    const { requests, bytes } = this.#of(caller)
    return requests >= this.#allowance.requests || bytes >= this.#allowance.bytes
  }

  charge(caller: string, { requests = 0, bytes = 0 }: Partial<Allowance>): void {
    const used = this.#of(caller)
    this.#used.set(caller, { requests: used.requests + requests, bytes: used.bytes + bytes })
  }

  #of(caller: string): Allowance {
    const minute = Math.floor(this.#now() / MINUTE_MS)
    if (minute !== this.#minute) this.#used.clear()
    this.#minute = minute
    return this.#used.get(caller) ?? { requests: 0, bytes: 0 }
  }
}
