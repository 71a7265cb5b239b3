import { HearthError, messageOf } from '../../common/errors/index.ts'
import type { HostToShell, ShellToHost } from '../../common/shell.ts'
import { createHost, type Host } from '../host/create-host.ts'
import { HostSocket } from '../host/host-socket.ts'
import { NodeSpawner } from '../core/processes/node-spawner.ts'
import { ShellPower } from './shell-power.ts'
import { ShellSecrets } from './shell-secrets.ts'

const SNOOZE_MS = 3_600_000
const LONGEST = { title: 100, body: 300 }

/** The host of the desktop app: composed as everywhere, with the shell's keyring, session and notifications. */
export class DesktopHost {
  readonly #tell: (message: HostToShell) => void
  readonly #secrets: ShellSecrets
  readonly #power: ShellPower
  #host: Host | undefined
  #socket: HostSocket | undefined
  #stopping: Promise<void> | undefined
  #starting: Promise<void> | undefined

  constructor(tell: (message: HostToShell) => void) {
    this.#tell = tell
    this.#secrets = new ShellSecrets(tell)
    this.#power = new ShellPower(tell)
  }

  receive(message: ShellToHost): void {
    switch (message.kind) {
      case 'start':
        return void (this.#starting ??= this.#start(message.dataRoot))
      case 'text':
        return this.#secrets.answered(message.id, message.answer)
      case 'earning':
        return this.#earning(message.wish)
      case 'idle':
        return this.#power.told(message.seconds)
      case 'stop':
        return void this.stop()
    }
  }

  /** Stops in order, once. */
  stop(): Promise<void> {
    return (this.#stopping ??= (async () => {
      await this.#starting
      await this.#socket?.close()
      await this.#host?.stop()
    })())
  }

  async #start(dataRoot: string): Promise<void> {
    try {
      const host = await createHost({
        dataRoot,
        spawner: new NodeSpawner(),
        secrets: this.#secrets,
        power: this.#power,
        showFile: (path) => this.#tell({ kind: 'showFile', path }),
        notifier: {
          notify: (title, body) =>
            this.#tell({ kind: 'notify', title: title.slice(0, LONGEST.title), body: body.slice(0, LONGEST.body) }),
        },
      })
      this.#host = host
      await host.start()
      this.#socket = await HostSocket.open(host, dataRoot)
      const { config, earning } = host.services
      const settings = (): void => {
        const { language, updates } = config.get()
        this.#tell({ kind: 'settings', language, updates })
      }
      config.events.on('changed', settings)
      settings()
      const tray = (): void => {
        const state = earning.state()
        this.#tell({ kind: 'tray', state: state.kind, order: state.kind === 'earning' ? state.id : null })
      }
      earning.events.on('changed', tray)
      tray()
      this.#tell({ kind: 'ready', ...this.#socket.info })
    } catch (error) {
      const code = error instanceof HearthError ? error.code : 'INTERNAL'
      this.#tell({ kind: 'failed', code, message: messageOf(error) })
    }
  }

  #earning(wish: 'start' | 'stop' | 'snooze' | 'finish'): void {
    const earning = this.#host?.services.earning
    if (wish === 'start') {
      // What stands in the way, and what mends it, is in the window.
      if (earning?.begin().kind === 'stopped') this.#tell({ kind: 'show', screen: 'earn' })
    } else if (wish === 'stop') earning?.end()
    else if (wish === 'snooze') earning?.snooze(Date.now() + SNOOZE_MS)
    else earning?.endAfterOrder()
  }
}
