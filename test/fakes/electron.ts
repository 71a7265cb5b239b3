import { EventEmitter } from 'node:events'
import { existsSync } from 'node:fs'
import { MessageChannel, type MessagePort, type Transferable } from 'node:worker_threads'
import type * as Real from 'electron'

/**
 * A stand-in for Electron that behaves as Electron does where the shell could go wrong by it, and records what the
 * shell does. `conform.ts` holds its members to electron.d.ts.
 */
export const recorded = {
  windows: [] as FakeWindow[],
  privileged: [] as Real.CustomScheme[],
  beforeRequest: undefined as
    | undefined
    | ((details: { url: string }, callback: (answer: { cancel?: boolean }) => void) => void),
  handlers: new Map<string, (request: { url: string }) => Promise<Response>>(),
  menus: [] as Real.MenuItemConstructorOptions[][],
  appMenu: null as Real.MenuItemConstructorOptions[] | null,
  notifications: [] as Real.NotificationConstructorOptions[],
  shown: [] as string[],
  exits: [] as number[],
  quits: 0,
  errors: [] as string[],
  questions: [] as string[],
  /** Which button a question gets. */
  answer: 0,
  idleSeconds: 0,
  /** One entry a blocker of the system's sleep, true while it holds. */
  blockers: [] as boolean[],
  keyring: 'works' as 'works' | 'pending' | 'refuses' | 'forgets',
  backend: 'gnome_libsecret' as ReturnType<Real.SafeStorage['getSelectedStorageBackend']>,
  keyringAsked: 0,
  paths: new Map<string, string>(),
  modelId: '',
}

const begun = Promise.withResolvers<void>()
let isReady = false
/** Lets the app become ready. */
export function becomeReady(): void {
  isReady = true
  begun.resolve()
}

/** Most of Electron throws before the app is ready. */
function needReady(what: string): void {
  if (!isReady) throw new Error(`${what} can only be used after the app is ready`)
}

/** A port with the rules of the real one: what is sent is cloned, ports are moved, nothing comes before `start`. */
export class FakePort extends EventEmitter {
  readonly #port: MessagePort

  constructor(port: MessagePort) {
    super()
    this.#port = port
    port.on('close', () => this.emit('close'))
  }

  postMessage(message: unknown, ports: readonly FakePort[] = []): void {
    this.#port.postMessage(
      message,
      ports.map((each) => each.#port as Transferable),
    )
  }

  start(): void {
    this.#port.on('message', (data: unknown) => this.emit('message', { data, ports: [] }))
  }

  close(): void {
    this.#port.close()
  }
}

export class MessageChannelMain {
  readonly port1: FakePort
  readonly port2: FakePort

  constructor() {
    const { port1, port2 } = new MessageChannel()
    this.port1 = new FakePort(port1)
    this.port2 = new FakePort(port2)
  }
}

export const powerMonitor = Object.assign(new EventEmitter(), {
  getSystemIdleTime: (): number => (needReady('powerMonitor'), recorded.idleSeconds),
})
/** Nothing of it opens a file. */
export const shell = { showItemInFolder: (path: string): void => void recorded.shown.push(path) }
export const powerSaveBlocker = {
  start: (): number => recorded.blockers.push(true) - 1,
  stop: (id: number): boolean => ((recorded.blockers[id] = false), true),
}

class FakeApp extends EventEmitter {
  isPackaged = false
  requestSingleInstanceLock = (): boolean => true
  setAsDefaultProtocolClient = (_scheme: string): boolean => true
  getLocale = (): string => (needReady('app.getLocale'), 'en-GB')
  setAppUserModelId = (id: string): void => void (recorded.modelId = id)
  setPath = (name: string, path: string): void => {
    if (!existsSync(path)) throw new Error(`failed to set path ${name}`)
    recorded.paths.set(name, path)
  }
  whenReady = (): Promise<void> => begun.promise
  /** As Electron: asks first, then closes windows, then goes. */
  quit = (): void => {
    let prevented = false
    this.emit('before-quit', { preventDefault: () => (prevented = true) })
    if (prevented) return
    for (const window of recorded.windows) window.close()
    recorded.quits++
  }
  exit = (code = 0): void => void recorded.exits.push(code)
}
export const app = new FakeApp()
export const ipcMain = new EventEmitter()

class FakeFrame {
  readonly posted: { channel: string; ports: FakePort[] }[] = []
  postMessage = (channel: string, _message: unknown, ports: FakePort[]): void =>
    void this.posted.push({ channel, ports })
}

class FakeContents extends EventEmitter {
  readonly mainFrame = new FakeFrame()
  openHandler: (() => { action: string }) | undefined
  reloads = 0
  setWindowOpenHandler = (handler: () => { action: string }): void => void (this.openHandler = handler)
  reload = (): void => void this.reloads++
}

class FakeWindow extends EventEmitter {
  readonly webContents = new FakeContents()
  readonly urls: string[] = []
  readonly options: Real.BrowserWindowConstructorOptions
  hidden = true
  closed = false

  constructor(options: Real.BrowserWindowConstructorOptions) {
    super()
    needReady('BrowserWindow')
    this.options = options
    recorded.windows.push(this)
  }

  loadURL = (url: string): Promise<void> => (this.urls.push(url), Promise.resolve())
  show = (): void => void (this.hidden = false)
  hide = (): void => void (this.hidden = true)
  focus = (): void => {}
  close = (): void => {
    let prevented = false
    this.emit('close', { preventDefault: () => (prevented = true) })
    if (prevented || this.closed) return
    this.closed = true
    this.emit('closed')
  }
}
export { FakeWindow as BrowserWindow }

export const protocol = {
  registerSchemesAsPrivileged: (schemes: Real.CustomScheme[]): void => {
    if (isReady) throw new Error('registerSchemesAsPrivileged must be called before the app is ready')
    recorded.privileged.push(...schemes)
  },
  handle: (scheme: string, handler: (request: { url: string }) => Promise<Response>): void =>
    void recorded.handlers.set(scheme, handler),
}

type PermissionRequest = (
  contents: unknown,
  permission: string,
  callback: (granted: boolean) => void,
  details: { requestingUrl: string },
) => void

const defaultSession = {
  webRequest: {
    onBeforeRequest: (listener: typeof recorded.beforeRequest): void => void (recorded.beforeRequest = listener),
  },
  setPermissionRequestHandler: (_handler: PermissionRequest): void => {},
  setPermissionCheckHandler: (): void => {},
  setDevicePermissionHandler: (): void => {},
}
export const session = {
  get defaultSession() {
    needReady('session')
    return defaultSession
  },
}

/** Since Electron 42 a fetch of a file goes by the session's `webRequest` like any other. */
export const net = {
  fetch: async (url: string): Promise<Response> => {
    const { cancel } = await new Promise<{ cancel?: boolean }>((resolve) =>
      recorded.beforeRequest ? recorded.beforeRequest({ url }, resolve) : resolve({}),
    )
    if (cancel) throw new Error('net::ERR_BLOCKED_BY_CLIENT')
    return new Response(`file ${url}`)
  },
}

/** A keyring: it works, waits for its owner, refuses, or says that it is there and gives nothing back. */
const answered = async <T>(answer: () => T): Promise<T> => {
  needReady('safeStorage')
  recorded.keyringAsked++
  if (recorded.keyring === 'pending') return new Promise(() => {})
  if (recorded.keyring === 'refuses') throw new Error('the keyring is locked')
  return answer()
}
export const safeStorage = {
  // It waits as long as the rest, and says yes also where nothing comes of it.
  isAsyncEncryptionAvailable: (): Promise<boolean> => answered(() => true),
  getSelectedStorageBackend: (): string => recorded.backend,
  encryptStringAsync: (text: string): Promise<Buffer> => answered(() => Buffer.from(`sealed:${text}`)),
  decryptStringAsync: (bytes: Buffer): Promise<{ result: string; shouldReEncrypt: boolean }> =>
    answered(() => {
      if (!String(bytes).startsWith('sealed:')) throw new Error('no')
      return { result: recorded.keyring === 'forgets' ? '' : String(bytes).slice(7), shouldReEncrypt: false }
    }),
}

export const Menu = {
  buildFromTemplate: (items: Real.MenuItemConstructorOptions[]) => (recorded.menus.push(items), { items }),
  setApplicationMenu: (menu: { items: Real.MenuItemConstructorOptions[] } | null): void =>
    void (recorded.appMenu = menu?.items ?? null),
}
class FakeImage {
  isTemplate = false
  setTemplateImage = (isTemplate: boolean): void => void (this.isTemplate = isTemplate)
}
export const nativeImage = {
  createFromPath: (path: string): FakeImage => {
    if (!existsSync(path)) throw new Error(`there is no image ${path}`)
    return new FakeImage()
  },
}
export const dialog = {
  showErrorBox: (_title: string, text: string): void => void recorded.errors.push(text),
  showMessageBox: ({ message }: Real.MessageBoxOptions): Promise<{ response: number }> => {
    recorded.questions.push(message)
    return Promise.resolve({ response: recorded.answer })
  },
}
export class Notification {
  constructor(options: Real.NotificationConstructorOptions) {
    needReady('Notification')
    recorded.notifications.push(options)
  }
  show(): void {}
}
export class Tray extends EventEmitter {
  constructor(_image: FakeImage) {
    super()
    needReady('Tray')
  }
  setToolTip(): void {}
  setContextMenu(): void {}
}
