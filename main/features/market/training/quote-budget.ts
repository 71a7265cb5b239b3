import { HearthError } from '../../../../common/errors/index.ts'

const HOUR_MS = 3_600_000
/** What measurements may take of the engine in an hour: for one wallet, and for all. */
const WALLET_MS = 120_000
const ALL_MS = 900_000
/** A measurement that takes longer is ended; the asker's peer would not wait for it either. */
const MOST_MS = 50_000

/** A measurement that has begun. */
export interface Measurement<T> {
  readonly result: Promise<T>
  /** Ends the engine in the middle of it, unless the engine has other work. */
  readonly end: () => Promise<void>
}

/**
 * Lets wallets have recipes measured: one measurement at a time, so many seconds of the engine an hour for each wallet
 * and for all, none longer than its limit, and none for an asker that has left.
 */
export class QuoteBudget {
  readonly #now: () => number
  readonly #spent = new Map<string, number>()
  #total = 0
  #hour = 0
  #running = false

  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /**
   * @param gone ends when the asker leaves
   * @throws HearthError MACHINE_BUSY, TOO_MANY_REQUESTS, ABORTED, or what the measurement throws
   */
  async measure<T>(wallet: string, gone: AbortSignal, begin: () => Measurement<T>): Promise<T> {
    if (this.#running) throw new HearthError('MACHINE_BUSY', 'the machine is measuring another recipe; ask again')
    this.#requireTime(wallet)
    this.#running = true
    const begun = this.#now()
    const over = AbortSignal.any([gone, AbortSignal.timeout(MOST_MS)])
    try {
      over.throwIfAborted()
      const { result, end } = begin()
      return await new Promise<T>((resolve, reject) => {
        const stop = (): void =>
          void end().finally(() => reject(new HearthError('ABORTED', 'the measurement took too long')))
        over.addEventListener('abort', stop, { once: true })
        void result.then(resolve, reject).finally(() => over.removeEventListener('abort', stop))
      })
    } finally {
      this.#running = false
      this.#charge(wallet, this.#now() - begun)
    }
  }

  #requireTime(wallet: string): void {
    const hour = Math.floor(this.#now() / HOUR_MS)
    if (hour !== this.#hour) {
      this.#spent.clear()
      this.#total = 0
      this.#hour = hour
    }
    if ((this.#spent.get(wallet) ?? 0) >= WALLET_MS)
      throw new HearthError('TOO_MANY_REQUESTS', 'this machine has measured enough for you in this hour')
    if (this.#total >= ALL_MS)
      throw new HearthError('TOO_MANY_REQUESTS', 'this machine has measured enough in this hour')
  }

  #charge(wallet: string, ms: number): void {
    this.#spent.set(wallet, (this.#spent.get(wallet) ?? 0) + ms)
    this.#total += ms
  }
}
