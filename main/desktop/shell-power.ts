import type { HostToShell } from '../../common/shell.ts'
import type { Power } from '../core/ports.ts'

const FRESH_MS = 5_000

/**
 * What the desktop's session tells. On Wayland Electron always says 0 seconds, which rightly counts as in use; the
 * sensors' process asks the desktop itself first.
 */
export class ShellPower implements Power {
  readonly #ask: (message: HostToShell) => void
  #idle: { readonly seconds: number; readonly at: number } | undefined
  #awake = false

  constructor(ask: (message: HostToShell) => void) {
    this.#ask = ask
  }

  told(seconds: number): void {
    this.#idle = { seconds, at: performance.now() }
  }

  idleSeconds(): number | null {
    return this.#idle && performance.now() - this.#idle.at < FRESH_MS ? this.#idle.seconds : null
  }

  keepAwake(on: boolean): void {
    if (on === this.#awake) return
    this.#awake = on
    this.#ask({ kind: 'keepAwake', on })
  }
}
