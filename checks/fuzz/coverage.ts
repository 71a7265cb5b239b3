import { Session, type Profiler } from 'node:inspector'

/**
 * How much of the project's own code has run, in characters, by V8's precise coverage. An input is worth keeping where
 * it reaches some that none before it reached.
 */
export class Coverage {
  readonly #session = new Session()
  readonly #ours: (url: string) => boolean
  /** Characters of each module that have run. */
  readonly #reached = new Map<string, Uint8Array>()
  #characters = 0

  /** @param ours whether a module counts, by its URL */
  constructor(ours: (url: string) => boolean) {
    this.#ours = ours
    this.#session.connect()
    this.#post('Profiler.enable')
    this.#post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  }

  get characters(): number {
    return this.#characters
  }

  /** How many characters have run for the first time since it was asked last. */
  fresh(): number {
    const before = this.#characters
    for (const { url, functions } of this.#post('Profiler.takePreciseCoverage').result)
      if (this.#ours(url)) this.#add(url, functions)
    return this.#characters - before
  }

  /** Functions and their ranges stand within one another, the outer ones first; what did not run is cut out again. */
  #add(url: string, functions: readonly Profiler.FunctionCoverage[]): void {
    // The module itself ran when it was loaded, and holds all of its functions' text.
    const called = functions.filter(({ ranges: [whole] }) => whole && whole.startOffset > 0)
    const length = Math.max(0, ...called.map(({ ranges: [whole] }) => whole?.endOffset ?? 0))
    const ran = new Uint8Array(length)
    for (const { ranges } of called)
      for (const { startOffset, endOffset, count } of ranges) ran.fill(count > 0 ? 1 : 0, startOffset, endOffset)
    const reached = this.#of(url, length)
    for (let i = 0; i < length; i++) {
      if (ran[i] === 0 || reached[i] === 1) continue
      reached[i] = 1
      this.#characters++
    }
  }

  #of(url: string, length: number): Uint8Array {
    const known = this.#reached.get(url)
    if (known && known.length >= length) return known
    const grown = new Uint8Array(2 * length)
    if (known) grown.set(known)
    this.#reached.set(url, grown)
    return grown
  }

  #post(method: 'Profiler.takePreciseCoverage'): Profiler.TakePreciseCoverageReturnType
  #post(method: 'Profiler.enable' | 'Profiler.startPreciseCoverage', parameters?: object): void
  #post(method: string, parameters: object = {}): unknown {
    let answer: unknown
    // The session is of this thread, so it answers before `post` returns.
    this.#session.post(method, parameters, (error, result) => {
      if (error) throw error
      answer = result
    })
    return answer
  }
}
