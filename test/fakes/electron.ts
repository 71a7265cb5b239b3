import { EventEmitter } from 'node:events'
import type * as Real from 'electron'

/** A stand-in for Electron that records what the shell does. `conform.ts` holds its members to electron.d.ts. */
export const recorded = {
  windows: [] as { options: Real.BrowserWindowConstructorOptions; urls: string[]; window: BrowserWindow }[],
  forks: [] as FakeProcess[],
  privileged: [] as Real.CustomScheme[],
  permissionRequest: undefined as
    | undefined
    | ((
        contents: unknown,
        permission: string,
        callback: (granted: boolean) => void,
        details: { requestingUrl: string },
      ) => void),
  beforeRequest: undefined as
    | undefined
    | ((details: { url: string }, callback: (answer: { cancel?: boolean }) => void) => void),
  handlers: new Map<string, (request: { url: string }) => Promise<Response>>(),
  menus: [] as { label?: string; click?: () => void }[][],
  exits: [] as number[],
  errors: [] as string[],
  idleSeconds: 0,
  /** One entry a blocker of the system's sleep, true while it holds. */
  blockers: [] as boolean[],
}

export class FakePort extends EventEmitter {
  readonly sent: unknown[] = []
  postMessage(message: unknown): void {
    this.sent.push(message)
  }
  start(): void {}
  close(): void {}
}

export class MessageChannelMain {
  readonly port1 = new FakePort()
  readonly port2 = new FakePort()
}

export class FakeProcess extends EventEmitter {
  readonly pid = 4242
  readonly posted: { message: unknown; ports: unknown[] }[] = []
  /** What comes by the clock, apart from what answers. */
  readonly ticks: unknown[] = []
  killed = false
  readonly file: string
  readonly options: Real.ForkOptions | undefined

  constructor(file: string, options?: Real.ForkOptions) {
    super()
    this.file = file
    this.options = options
  }

  postMessage(message: unknown, ports: unknown[] = []): void {
    if ((message as { kind?: string }).kind === 'idle') this.ticks.push(message)
    else this.posted.push({ message, ports })
  }

  kill(): boolean {
    this.killed = true
    this.emit('exit', 0)
    return true
  }
}

export const powerMonitor = { getSystemIdleTime: (): number => recorded.idleSeconds }
export const powerSaveBlocker = {
  start: (): number => recorded.blockers.push(true) - 1,
  stop: (id: number): boolean => ((recorded.blockers[id] = false), true),
}

export const utilityProcess = {
  fork: (file: string, _args?: string[], options?: Real.ForkOptions): FakeProcess => {
    const child = new FakeProcess(file, options)
    recorded.forks.push(child)
    return child
  },
}

class FakeApp extends EventEmitter {
  requestSingleInstanceLock = (): boolean => true
  setAsDefaultProtocolClient = (_scheme: string): boolean => true
  whenReady = (): Promise<void> => Promise.resolve()
  quit = (): void => void this.emit('will-quit')
  exit = (code = 0): void => void recorded.exits.push(code)
}
export const app = new FakeApp()
export const ipcMain = new EventEmitter()

class FakeContents extends EventEmitter {
  readonly mainFrame = {
    name: 'main',
    posted: [] as unknown[],
    postMessage: (...args: unknown[]) => void this.mainFrame.posted.push(args),
  }
  openHandler: (() => { action: string }) | undefined
  setWindowOpenHandler = (handler: () => { action: string }): void => void (this.openHandler = handler)
}

export class BrowserWindow extends EventEmitter {
  readonly webContents = new FakeContents()
  readonly #urls: string[] = []
  hidden = false
  constructor(options: Real.BrowserWindowConstructorOptions) {
    super()
    recorded.windows.push({ options, urls: this.#urls, window: this })
  }
  loadURL = (url: string): Promise<void> => (this.#urls.push(url), Promise.resolve())
  show = (): void => void (this.hidden = false)
  hide = (): void => void (this.hidden = true)
  focus = (): void => {}
}

export const protocol = {
  registerSchemesAsPrivileged: (schemes: Real.CustomScheme[]): void => void recorded.privileged.push(...schemes),
  handle: (scheme: string, handler: (request: { url: string }) => Promise<Response>): void =>
    void recorded.handlers.set(scheme, handler),
}

export const session = {
  defaultSession: {
    webRequest: {
      onBeforeRequest: (listener: typeof recorded.beforeRequest): void => void (recorded.beforeRequest = listener),
    },
    setPermissionRequestHandler: (handler: typeof recorded.permissionRequest): void =>
      void (recorded.permissionRequest = handler),
    setPermissionCheckHandler: (): void => {},
    setDevicePermissionHandler: (): void => {},
  },
}

export const safeStorage = {
  isAsyncEncryptionAvailable: (): Promise<boolean> => Promise.resolve(true),
  getSelectedStorageBackend: (): string => 'gnome_libsecret',
  encryptStringAsync: (text: string): Promise<Buffer> => Promise.resolve(Buffer.from(`sealed:${text}`)),
  decryptStringAsync: (bytes: Buffer): Promise<{ result: string; shouldReEncrypt: boolean }> =>
    String(bytes).startsWith('sealed:')
      ? Promise.resolve({ result: String(bytes).slice(7), shouldReEncrypt: false })
      : Promise.reject(new Error('no')),
}

export const Menu = {
  buildFromTemplate: (items: { label?: string; click?: () => void }[]) => (recorded.menus.push(items), { items }),
  setApplicationMenu: (): void => {},
}
export const nativeImage = { createFromPath: (path: string) => ({ path }) }
export const net = { fetch: (url: string): Promise<Response> => Promise.resolve(new Response(`file ${url}`)) }
export const dialog = {
  showErrorBox: (_title: string, text: string): void => void recorded.errors.push(text),
  showMessageBox: (): Promise<{ response: number }> => Promise.resolve({ response: 0 }),
}
export class Notification {
  show(): void {}
}
export class Tray extends EventEmitter {
  setToolTip(): void {}
  setContextMenu(): void {}
}
