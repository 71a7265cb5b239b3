import { setTimeout as sleep } from 'node:timers/promises'

export interface Aged<T> {
  readonly value: T | null
  readonly source: string
  /** Milliseconds. */
  readonly age: number
}

/** A value older than this many periods is not told any more: a sensor that froze would look like one that is calm. */
const STALE_PERIODS = 6
const LEAST_STALE_MS = 5_000

/**
 * Reads one source again and again, at its own pace: a source that is slow, hangs or is absent keeps nobody else
 * waiting, and its last value grows old until it counts as unknown.
 */
export class Probe<T> {
  readonly #read: (signal: AbortSignal) => Promise<{ value: T | null; source: string } | null>
  readonly #everyMs: number
  readonly #abort = new AbortController()
  #latest: { value: T | null; source: string; time: number } | undefined
  #source: string

  /** @param read null where the source is not there; what it throws counts as unknown */
  constructor(
    source: string,
    everyMs: number,
    read: (signal: AbortSignal) => Promise<{ value: T | null; source: string } | null>,
  ) {
    this.#source = source
    this.#everyMs = everyMs
    this.#read = read
    void this.#run()
  }

  get reading(): Aged<T> {
    const latest = this.#latest
    if (!latest) return { value: null, source: this.#source, age: 0 }
    const age = Math.round(performance.now() - latest.time)
    return {
      value: age > Math.max(LEAST_STALE_MS, STALE_PERIODS * this.#everyMs) ? null : latest.value,
      source: latest.source,
      age,
    }
  }

  stop(): void {
    this.#abort.abort()
  }

  async #run(): Promise<void> {
    const { signal } = this.#abort
    while (!signal.aborted) {
      const time = performance.now()
      const found = await this.#read(signal).catch(() => null)
      this.#latest = found ? { ...found, time } : undefined
      await sleep(this.#everyMs, undefined, { signal }).catch(() => {})
    }
  }
}
