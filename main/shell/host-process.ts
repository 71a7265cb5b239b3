import {
  MessageChannelMain,
  Notification,
  powerMonitor,
  powerSaveBlocker,
  safeStorage,
  utilityProcess,
  type MessagePortMain,
  type UtilityProcess,
} from 'electron'
import { HearthError } from '../../common/errors/index.ts'
import { HostToShell, type ShellToHost } from '../../common/shell.ts'
import { childEnvironment } from '../core/processes/environment.ts'
import { isChildName } from '../core/processes/table.ts'
import type { TrayState } from './policy/tray-model.ts'

interface Options {
  readonly bundle: (name: string) => string
  readonly dataRoot: string
  readonly keyring: boolean
  readonly onTray: (state: TrayState) => void
  readonly onFailed: (message: string) => void
}

const IDLE_MS = 1_000
const RESTART_MS = 500
const MAX_RESTARTS = 5

/** Runs the host in a utility process, and does for it what only Electron's main process can. */
export class HostSupervisor {
  readonly #options: Options
  readonly #children = new Map<number, UtilityProcess>()
  #host: UtilityProcess | undefined
  #waitingPorts: MessagePortMain[] = []
  #ready = false
  #stopping = false
  #restarts = 0
  #awake: number | undefined
  #idle: NodeJS.Timeout | undefined

  constructor(options: Options) {
    this.#options = options
  }

  start(): void {
    const host = utilityProcess.fork(this.#options.bundle('host'), [], {
      serviceName: 'Hearth Host',
      env: { ...process.env, ORT_DISABLE_TELEMETRY: '1' },
    })
    this.#host = host
    host.on('message', (message: unknown) => void this.#receive(message))
    host.on('exit', () => this.#ended(host))
    clearInterval(this.#idle)
    this.#idle = setInterval(
      () => this.#ready && this.#send({ kind: 'idle', seconds: powerMonitor.getSystemIdleTime() }),
      IDLE_MS,
    )
    this.#send({ kind: 'start', dataRoot: this.#options.dataRoot, keyring: this.#options.keyring })
  }

  /** Gives the window a port to the host; it waits where the host is still starting. */
  connect(port: MessagePortMain): void {
    if (this.#ready) this.#send({ kind: 'connect' }, port)
    else this.#waitingPorts.push(port)
  }

  earning(wish: 'start' | 'stop' | 'snooze' | 'finish'): void {
    this.#send({ kind: 'earning', wish })
  }

  /** Asks the host to stop in order and waits for it. */
  async stop(): Promise<void> {
    this.#stopping = true
    clearInterval(this.#idle)
    const host = this.#host
    if (!host) return
    const ended = new Promise<void>((resolve) => host.once('exit', () => resolve()))
    this.#send({ kind: 'stop' })
    await ended
  }

  #send(message: ShellToHost, ...ports: MessagePortMain[]): void {
    this.#host?.postMessage(message, ports)
  }

  async #receive(raw: unknown): Promise<void> {
    const message = HostToShell.parse(raw)
    switch (message.kind) {
      case 'ready':
        this.#ready = true
        this.#restarts = 0
        for (const port of this.#waitingPorts.splice(0)) this.connect(port)
        return
      case 'failed':
        this.#stopping = true
        return this.#options.onFailed(message.message)
      case 'spawn':
        return this.#spawn(message.id, message.name)
      case 'kill':
        return void this.#children.get(message.id)?.kill()
      case 'seal':
        return this.#send({ kind: 'text', id: message.id, text: await this.#sealed(message.text) })
      case 'open':
        return this.#send({ kind: 'text', id: message.id, text: await this.#opened(message.text) })
      case 'notify':
        return new Notification({ title: message.title, body: message.body }).show()
      case 'keepAwake':
        return this.#keepAwake(message.on)
      case 'tray':
        return this.#options.onTray({ state: message.state, order: message.order })
    }
  }

  #keepAwake(on: boolean): void {
    if (on) this.#awake ??= powerSaveBlocker.start('prevent-app-suspension')
    else if (this.#awake !== undefined) {
      powerSaveBlocker.stop(this.#awake)
      this.#awake = undefined
    }
  }

  async #sealed(text: string): Promise<string | null> {
    return safeStorage.encryptStringAsync(text).then(
      (bytes) => bytes.toString('base64'),
      () => null,
    )
  }

  async #opened(text: string): Promise<string | null> {
    return safeStorage.decryptStringAsync(Buffer.from(text, 'base64')).then(
      (answer) => answer.result,
      () => null,
    )
  }

  #spawn(id: number, name: string): void {
    if (!isChildName(name)) throw new HearthError('BAD_INPUT', `there is no process ${name}`)
    const { port1, port2 } = new MessageChannelMain()
    const child = utilityProcess.fork(this.#options.bundle(name), [], {
      serviceName: `Hearth ${name}`,
      env: childEnvironment(process.env, name),
      stdio: 'ignore',
    })
    this.#children.set(id, child)
    child.once('spawn', () => {
      child.postMessage({ kind: 'port' }, [port1])
      this.#send({ kind: 'spawned', id, pid: child.pid ?? null }, port2)
    })
    child.once('exit', (code) => {
      this.#children.delete(id)
      this.#send({ kind: 'exited', id, how: `code ${code}` })
    })
  }

  /** A host that dies is started again; its children belong to it and go with it. */
  #ended(host: UtilityProcess): void {
    if (this.#host !== host) return
    this.#host = undefined
    this.#ready = false
    this.#keepAwake(false)
    for (const child of this.#children.values()) child.kill()
    this.#children.clear()
    if (this.#stopping) return
    if (++this.#restarts > MAX_RESTARTS)
      return this.#options.onFailed('the host ended again and again; the log in the data folder says why')
    setTimeout(() => this.start(), RESTART_MS * this.#restarts)
  }
}
