import { spawn, type ChildProcess } from 'node:child_process'
import { childEnvironment } from '../core/processes/environment.ts'
import type { Power } from '../core/ports.ts'

/**
 * Programs that keep the system awake for as long as they run. Each waits for its input to end, so none outlives a host
 * that dies.
 */
const keepers: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  linux: ['systemd-inhibit', '--what=idle:sleep', '--who=Hearth', '--why=paid work', '--mode=block', 'cat'],
  darwin: ['caffeinate', '-i', 'cat'],
}

/** A machine without a window: the sensors' process alone tells whether somebody is there. */
export class HeadlessPower implements Power {
  #keeper: ChildProcess | undefined
  #wanted = false

  idleSeconds(): null {
    return null
  }

  keepAwake(on: boolean): void {
    if (on === this.#wanted) return
    this.#wanted = on
    const [command, ...args] = keepers[process.platform] ?? []
    if (!on || !command) {
      this.#keeper?.stdin?.end()
      this.#keeper = undefined
      return
    }
    this.#keeper = spawn(command, args, {
      stdio: ['pipe', 'ignore', 'ignore'],
      env: childEnvironment(process.env),
      windowsHide: true,
    })
    // A system without the program sleeps as it would; the work goes on from its checkpoint afterwards.
    this.#keeper.once('error', () => {})
  }
}
