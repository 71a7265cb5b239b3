import { setImmediate } from 'node:timers/promises'
import { pause } from './clock.ts'
import type { Log } from './log/log.ts'
import { wakes } from './wake.ts'

/**
 * Repeats a step until stopped: after each `poke`, at the latest every `everyMs`, and when the machine wakes up. Steps
 * never overlap. A step that throws is logged once per distinct message and tried again with a growing delay.
 */
export class Loop {
  readonly #step: (signal: AbortSignal) => Promise<void>
  readonly #everyMs: number
  readonly #log: Log
  #abort: AbortController | undefined
  #running: Promise<void> = Promise.resolve()
  #wake: (() => void) | undefined
  #poked = false
  #unsubscribe = (): void => {}

  constructor(step: (signal: AbortSignal) => Promise<void>, everyMs: number, log: Log) {
    this.#step = step
    this.#everyMs = everyMs
    this.#log = log
  }

  /** @param subscribe ties `poke` to what makes a step worthwhile; it is untied by `stop` */
  start(subscribe: (poke: () => void) => () => void = () => () => {}): void {
    const off = [subscribe(() => this.poke()), wakes.on('woke', () => this.poke())]
    this.#unsubscribe = () => off.forEach((stop) => stop())
    this.#abort = new AbortController()
    this.#running = this.#run(this.#abort.signal)
  }

  /** Runs the step soon; pokes during a step lead to one more step. */
  poke(): void {
    this.#poked = true
    this.#wake?.()
  }

  async stop(): Promise<void> {
    this.#unsubscribe()
    this.#abort?.abort()
    this.#wake?.()
    await this.#running
  }

  async #run(signal: AbortSignal): Promise<void> {
    let failures = 0
    let lastMessage = ''
    while (!signal.aborted) {
      this.#poked = false
      try {
        await this.#step(signal)
        failures = 0
        lastMessage = ''
      } catch (error) {
        if (signal.aborted) return
        failures++
        const message = error instanceof Error ? error.message : String(error)
        if (message !== lastMessage) this.#log.warn('step failed; it will be tried again', { error })
        lastMessage = message
      }
      if (failures > 0) await pause(Math.min(10_000, 250 * 2 ** failures), signal)
      else if (!this.#poked) await this.#sleep(signal)
      // A step that pokes its own loop must not starve everything else.
      else await setImmediate()
    }
  }

  async #sleep(signal: AbortSignal): Promise<void> {
    const woken = new AbortController()
    this.#wake = () => woken.abort()
    await pause(this.#everyMs, AbortSignal.any([signal, woken.signal]))
    this.#wake = undefined
  }
}
