export interface Aged<T> {
  readonly value: T | null
  readonly source: string
  /** Milliseconds. */
  readonly age: number
}

/** A value older than this many periods is not told any more: a sensor that froze would look like one that is calm. */
const STALE_PERIODS = 6
const LEAST_STALE_MS = 5_000
/** A source is asked again this much of its period after the last time: who asks once a second is early at times. */
const DUE = 0.9

/**
 * Reads one source as often as it is looked at, but at its own pace at most: a source that is slow, hangs or is absent
 * keeps nobody else waiting, and its last value grows old until it counts as unknown.
 */
export class Probe<T> {
  readonly #read: (signal: AbortSignal) => Promise<{ value: T | null; source: string } | null>
  readonly #everyMs: number
  readonly #abort = new AbortController()
  #latest: { value: T | null; source: string; time: number } | undefined
  #source: string
  #begun = -Infinity
  #reading: Promise<void> | null = null

  /** @param read null where the source is not there; what it throws counts as unknown */
  constructor(
    source: string,
    everyMs: number,
    read: (signal: AbortSignal) => Promise<{ value: T | null; source: string } | null>,
  ) {
    this.#source = source
    this.#everyMs = everyMs
    this.#read = read
  }

  /** Reads the source where it is time to; ends with the reading that is under way. */
  look(): Promise<void> {
    if (this.#reading || performance.now() - this.#begun < DUE * this.#everyMs)
      return this.#reading ?? Promise.resolve()
    this.#reading = this.#look().finally(() => (this.#reading = null))
    return this.#reading
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

  async #look(): Promise<void> {
    const time = (this.#begun = performance.now())
    const found = await this.#read(this.#abort.signal).catch(() => null)
    this.#latest = found ? { ...found, time } : undefined
  }
}
