/** What goes on beside a loop: one task for each subject, which can be cut off and waited for. */
export class Background {
  readonly #tasks = new Map<number, { readonly abort: AbortController; readonly done: Promise<void> }>()

  get busy(): boolean {
    return this.#tasks.size > 0
  }

  has(subject: number): boolean {
    return this.#tasks.has(subject)
  }

  /** Does nothing where a task for the subject runs already. @param ended called once the task is gone */
  run(subject: number, task: (signal: AbortSignal) => Promise<void>, ended: () => void = () => {}): void {
    if (this.#tasks.has(subject)) return
    const abort = new AbortController()
    const done = task(abort.signal).finally(() => {
      this.#tasks.delete(subject)
      ended()
    })
    this.#tasks.set(subject, { abort, done })
  }

  /** Resolves when the subject's task has ended. */
  async cancel(subject: number): Promise<void> {
    const task = this.#tasks.get(subject)
    task?.abort.abort()
    await task?.done
  }

  abort(): void {
    for (const { abort } of this.#tasks.values()) abort.abort()
  }

  async settled(): Promise<void> {
    await Promise.all([...this.#tasks.values()].map(({ done }) => done))
  }
}
