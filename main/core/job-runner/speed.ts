import type { JobProgress } from './job-handler.ts'

/** The newest minute counts; what came before fades. */
const HALF_LIFE_MS = 10_000

/** How fast a job goes on, from the progress that it reports. */
export class Speed {
  readonly #now: () => number
  #last: { readonly time: number; readonly step: string; readonly done: number } | null = null
  #perSecond: number | null = null

  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  get perSecond(): number | null {
    return this.#perSecond
  }

  note({ step, done }: JobProgress): void {
    const time = this.#now()
    const last = this.#last
    if (last?.step !== step || done < last.done) {
      this.#last = { time, step, done }
      this.#perSecond = null
      return
    }
    const ms = time - last.time
    if (ms <= 0 || done === last.done) return
    const speed = ((done - last.done) * 1000) / ms
    const weight = this.#perSecond === null ? 1 : 1 - 0.5 ** (ms / HALF_LIFE_MS)
    this.#perSecond = (this.#perSecond ?? 0) * (1 - weight) + speed * weight
    this.#last = { time, step, done }
  }

  /** Null where nobody knows how much there is, or how fast it goes. */
  secondsLeft({ done, of }: JobProgress): number | null {
    return of === null || !this.#perSecond ? null : Math.max(0, of - done) / this.#perSecond
  }
}
