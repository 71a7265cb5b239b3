import type { MessagePortMain } from 'electron'
import type { HostToShell } from '../../common/shell.ts'
import type { ChildProcess, Port, Spawner } from '../core/processes/spawner.ts'
import type { ChildName } from '../core/processes/table.ts'

interface Asked {
  readonly attach: (port: MessagePortMain, pid: number | undefined) => void
  readonly exited: (how: string) => void
}

/** In the utility process: asks the shell for children, since only Electron's main process can fork them. */
export class ElectronSpawner implements Spawner {
  /** A utility process cannot be started inside another program, so the desktop app has none yet. */
  readonly sandbox = null
  readonly #ask: (message: HostToShell) => void
  readonly #asked = new Map<number, Asked>()
  #nextId = 1

  constructor(ask: (message: HostToShell) => void) {
    this.#ask = ask
  }

  spawn(name: ChildName): ChildProcess {
    const id = this.#nextId++
    const queued: unknown[] = []
    const messages: ((event: { data: unknown }) => void)[] = []
    const exits: ((how: string) => void)[] = []
    let port: MessagePortMain | undefined
    let pid: number | undefined
    let ended: string | undefined
    this.#asked.set(id, {
      attach: (given, itsPid) => {
        port = given
        pid = itsPid
        port.on('message', (event) => {
          for (const listener of messages) listener(event)
        })
        port.start()
        for (const message of queued.splice(0)) port.postMessage(message)
      },
      exited: (how) => {
        this.#asked.delete(id)
        ended = how
        for (const listener of exits) listener(how)
      },
    })
    this.#ask({ kind: 'spawn', id, name })
    const outer: Port = {
      postMessage: (message) => (port ? port.postMessage(message) : void queued.push(message)),
      on: (event, listener) => void (event === 'message' ? messages.push(listener) : exits.push(() => listener())),
    }
    return {
      get pid() {
        return pid
      },
      port: outer,
      onExit: (listener) => (ended === undefined ? void exits.push(listener) : listener(ended)),
      kill: () => this.#ask({ kind: 'kill', id }),
    }
  }

  spawned(id: number, port: MessagePortMain, pid: number | null): void {
    this.#asked.get(id)?.attach(port, pid ?? undefined)
  }

  exited(id: number, how: string): void {
    this.#asked.get(id)?.exited(how)
  }
}
