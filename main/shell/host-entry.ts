import type { MessagePortMain } from 'electron'
import { RPCHandler } from '@orpc/server/message-port'
import { HearthError, messageOf } from '../../common/errors/index.ts'
import { ShellToHost, type HostToShell } from '../../common/shell.ts'
import type { Power, Secrets } from '../core/ports.ts'
import type { Port } from '../core/processes/spawner.ts'
import { createHost, type Host } from '../host/create-host.ts'
import { HostSocket } from '../host/host-socket.ts'
import { ElectronSpawner } from './electron-spawner.ts'

const IDLE_FRESH_MS = 5_000

/** The host as a utility process of the desktop app. */
const shell = process.parentPort
const ask = (message: HostToShell): void => shell.postMessage(message)
const spawner = new ElectronSpawner(ask)
const texts = new Map<number, (text: string | null) => void>()
let nextText = 1
let idle: { seconds: number; time: number } | undefined
let awake = false
let host: Host | undefined
let socket: HostSocket | undefined
let handler: RPCHandler<{ caller: 'desktop'; local: boolean }> | undefined

const askText = (kind: 'seal' | 'open', text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const id = nextText++
    texts.set(id, (answer) =>
      answer === null ? reject(new HearthError('KEYSTORE_DAMAGED', 'the system’s keyring refused')) : resolve(answer),
    )
    ask({ kind, id, text })
  })

const secretsOf = (keyring: boolean): Secrets => ({
  kind: keyring ? 'keyring' : 'passphrase-only',
  seal: (text) => askText('seal', text),
  open: (text) => askText('open', text),
  unattendedPassphrase: () => Promise.resolve(null),
})

/**
 * On Wayland Electron always says 0, which rightly counts as in use; the sensors' process asks the desktop itself
 * first.
 */
const power: Power = {
  idleSeconds: () => (idle && performance.now() - idle.time < IDLE_FRESH_MS ? idle.seconds : null),
  keepAwake: (on) => {
    if (on !== awake) ask({ kind: 'keepAwake', on: (awake = on) })
  },
}

async function start(dataRoot: string, keyring: boolean): Promise<void> {
  try {
    host = await createHost({
      dataRoot,
      spawner,
      secrets: secretsOf(keyring),
      power,
      notifier: { notify: (title, body) => ask({ kind: 'notify', title, body }) },
    })
    await host.start()
    socket = await HostSocket.open(host, dataRoot)
  } catch (error) {
    ask({ kind: 'failed', code: error instanceof HearthError ? error.code : 'INTERNAL', message: messageOf(error) })
    return
  }
  handler = new RPCHandler(host.router)
  const tell = (): void => {
    const state = host!.services.earning.state()
    ask({ kind: 'tray', state: state.kind, order: state.kind === 'earning' ? state.id : null })
  }
  host.services.earning.events.on('changed', tell)
  tell()
  ask({ kind: 'ready' })
}

async function stop(): Promise<void> {
  await socket?.close()
  await host?.stop()
}

function connect(port: MessagePortMain): void {
  handler?.upgrade(port as unknown as Port, { context: { caller: 'desktop', local: true } })
  port.start()
}

const requests = {
  start: () => host!.services.earning.begin(),
  stop: () => host!.services.earning.end(),
  snooze: () => host!.services.earning.snooze(Date.now() + 3_600_000),
  finish: () => host!.services.earning.endAfterOrder(),
} as const

shell.on('message', ({ data, ports }) => {
  const message = ShellToHost.parse(data)
  const [port] = ports
  switch (message.kind) {
    case 'start':
      return void start(message.dataRoot, message.keyring)
    case 'connect':
      return port && connect(port)
    case 'spawned':
      return port && spawner.spawned(message.id, port, message.pid)
    case 'exited':
      return spawner.exited(message.id, message.how)
    case 'text':
      texts.get(message.id)?.(message.text)
      return void texts.delete(message.id)
    case 'earning':
      return void (host && requests[message.wish]())
    case 'idle':
      return void (idle = { seconds: message.seconds, time: performance.now() })
    case 'stop':
      return void stop().finally(() => process.exit(0))
  }
})
