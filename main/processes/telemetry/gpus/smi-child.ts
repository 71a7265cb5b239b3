import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'

const SILENT_MS = 10_000
const ABSENT_MS = 300_000
const LONGEST_WAIT_MS = 60_000
/** With this many failures behind it, a child waits the longest time. */
const MOST_FAILURES = 6

interface Ports {
  readonly args: readonly string[]
  /** Whether it may be started now: it would wake a card that sleeps. */
  readonly mayStart: () => Promise<boolean>
  /** @returns whether the line was one of a card's */
  readonly heed: (line: string) => boolean
  /** It ended without a word about any card. */
  readonly failed: () => void
}

/** One long-lived `nvidia-smi`: where it falls silent or dies it is started again, ever more rarely. */
export class SmiChild {
  readonly #ports: Ports
  #child: ChildProcess | undefined
  #timer: NodeJS.Timeout | undefined
  #failures = 0
  #stopped = false

  constructor(ports: Ports) {
    this.#ports = ports
    void this.#start()
  }

  stop(): void {
    this.#stopped = true
    clearTimeout(this.#timer)
    this.#child?.kill('SIGKILL')
  }

  /** Ends it, and starts it again after the longest wait. */
  rest(): void {
    this.#failures = MOST_FAILURES
    this.#child?.kill('SIGKILL')
  }

  async #start(): Promise<void> {
    if (this.#stopped) return
    if (!(await this.#ports.mayStart())) return this.#again(LONGEST_WAIT_MS)
    const child = spawn('nvidia-smi', this.#ports.args, { stdio: ['ignore', 'pipe', 'ignore'], windowsHide: true })
    this.#child = child
    let [heard, told] = [performance.now(), false]
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (!this.#ports.heed(line)) return
      if (!told) this.#failures = 0
      told = true
      heard = performance.now()
    })
    const watchdog = setInterval(() => {
      if (performance.now() - heard > SILENT_MS) child.kill('SIGKILL')
    }, 1_000)
    let ended = false
    const over = (absent: boolean): void => {
      if (ended) return
      ended = true
      clearInterval(watchdog)
      this.#again(absent ? ABSENT_MS : Math.min(LONGEST_WAIT_MS, 1_000 * 2 ** this.#failures++))
      if (!told && !absent) this.#ports.failed()
    }
    child.once('error', (error: NodeJS.ErrnoException) => over(error.code === 'ENOENT'))
    child.once('exit', () => over(false))
  }

  #again(waitMs: number): void {
    if (!this.#stopped) this.#timer = setTimeout(() => void this.#start(), waitMs)
  }
}
