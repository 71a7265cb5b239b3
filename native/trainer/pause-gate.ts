/** Holds work between two layers while the owner uses the machine. */
export class PauseGate {
  #waiting: { promise: Promise<void>; resolve: () => void } | null = null

  set(paused: boolean): void {
    if (paused) this.#waiting ??= Promise.withResolvers<void>()
    else {
      this.#waiting?.resolve()
      this.#waiting = null
    }
  }

  /** Resolves when work may go on. Lets messages in meanwhile: a running graph blocks the thread. */
  async open(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve))
    while (this.#waiting) await this.#waiting.promise
  }
}
