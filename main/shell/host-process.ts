import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { HostToShell, type ShellToHost } from '../../common/shell.ts'
import type { HostSocketInfo } from '../core/host-socket-info.ts'
import type { Log } from '../core/log/log.ts'
import { hostEnvironment } from './policy/host-environment.ts'

export interface HostProgram {
  /** A Node, and the file that it runs. */
  readonly node: string
  readonly entry: string
}

interface Ports {
  readonly program: HostProgram
  readonly dataRoot: string
  readonly log: Log
  /** What the host asks for, but for its own beginning and end. */
  readonly onMessage: (message: Exclude<HostToShell, { kind: 'ready' | 'failed' }>) => void
  readonly onReady: (line: HostSocketInfo) => void
  /** It ended, and is started again. */
  readonly onGone: () => void
  /** It cannot run: what the person is told. */
  readonly onFailed: (message: string) => void
}

const RESTART_MS = 500
const MAX_RESTARTS = 5
/** A host that has run for this long did not die of its start. */
const SOUND_MS = 60_000
const STOP_MS = 10_000
/** How many of its last lines are told when it does not start. */
const LAST_LINES = 8

/** Runs the host in a Node of its own, starts it again when it dies, and ends it when it hangs. */
export class HostProcess {
  readonly #ports: Ports
  #child: ChildProcess | undefined
  #lastLines: string[] = []
  #restarts = 0
  #stopping = false
  #sound: NodeJS.Timeout | undefined
  #again: NodeJS.Timeout | undefined

  constructor(ports: Ports) {
    this.#ports = ports
  }

  start(): void {
    const { node, entry } = this.#ports.program
    const child = spawn(node, [entry], {
      env: hostEnvironment(process.env),
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      serialization: 'json',
      windowsHide: true,
    })
    this.#child = child
    this.#lastLines = []
    for (const stream of [child.stdout, child.stderr])
      if (stream) createInterface({ input: stream }).on('line', (line) => this.#heard(line))
    child.on('message', (message) => this.#receive(child, message))
    child.once('exit', (code, signal) => this.#ended(child, signal ?? `code ${code}`))
    // Of a program that cannot be started no exit is told.
    child.once('error', (error) => child.pid === undefined && this.#ended(child, error.message))
    this.send({ kind: 'start', dataRoot: this.#ports.dataRoot })
  }

  send(message: ShellToHost): void {
    if (this.#child?.connected) this.#child.send(message, () => {})
  }

  /** Asks the host to stop in order, waits for it, and ends it where it hangs. */
  async stop(): Promise<void> {
    this.#stopping = true
    clearTimeout(this.#again)
    const child = this.#child
    if (!child) return
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    this.send({ kind: 'stop' })
    const timer = setTimeout(() => {
      this.#ports.log.warn('the host did not stop in time and was ended')
      child.kill('SIGKILL')
    }, STOP_MS)
    await ended
    clearTimeout(timer)
  }

  /** Asks the host to stop and does not wait: the system is going down, and the host ends by itself. */
  letGo(): void {
    this.#stopping = true
    clearTimeout(this.#again)
    this.send({ kind: 'stop' })
  }

  #heard(line: string): void {
    this.#lastLines = [...this.#lastLines, line].slice(-LAST_LINES)
    this.#ports.log.info('output of the host', { line })
  }

  #receive(child: ChildProcess, raw: unknown): void {
    if (this.#child !== child) return
    const parsed = HostToShell.safeParse(raw)
    // Not what it says: it may hold the wallet's file or the token.
    if (!parsed.success)
      return this.#ports.log.error('a message of the host is none', {
        at: parsed.error.issues.map(({ path }) => path.join('.')),
      })
    const message = parsed.data
    if (message.kind === 'ready') {
      this.#sound = setTimeout(() => (this.#restarts = 0), SOUND_MS)
      this.#ports.onReady({ address: message.address, token: message.token })
    } else if (message.kind === 'failed') {
      this.#stopping = true
      this.#ports.onFailed(message.message)
    } else this.#ports.onMessage(message)
  }

  #ended(child: ChildProcess, how: string): void {
    if (this.#child !== child) return
    this.#child = undefined
    clearTimeout(this.#sound)
    this.#ports.log.warn('the host ended', { how })
    if (this.#stopping) return
    this.#ports.onGone()
    if (++this.#restarts > MAX_RESTARTS) {
      this.#stopping = true
      return this.#ports.onFailed(['The host ended again and again.', how, ...this.#lastLines].join('\n'))
    }
    this.#again = setTimeout(() => this.start(), RESTART_MS * this.#restarts)
  }
}
