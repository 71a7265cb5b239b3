import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  MessageChannelMain,
  nativeImage,
  net,
  protocol,
  safeStorage,
  session,
  Tray,
} from 'electron'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { defaultDataRoot } from '../core/paths.ts'
import { contentSecurityPolicy } from '../core/web-policy.ts'
import { HostSupervisor } from './host-supervisor.ts'
import { APP_ORIGIN, fileOfAppUrl, mayNavigate, mayRequest } from './policy/app-url.ts'
import { parseDeepLink, routeOf } from './policy/deep-link.ts'
import { isPermitted } from './policy/permissions.ts'
import { askBeforeQuit, trayItems, type TrayState } from './policy/tray-model.ts'
import { windowOptions } from './policy/window-options.ts'

const bundle = (name: string): string => join(import.meta.dirname, `${name}.js`)
const renderer = join(import.meta.dirname, '..', 'renderer')
const icon = join(import.meta.dirname, '..', '..', 'resources', 'tray.png')

let window: BrowserWindow | undefined
let tray: Tray | undefined
let trayState: TrayState = { state: 'stopped', order: null }
let quitting = false

if (!app.requestSingleInstanceLock()) app.quit()
else {
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: false, stream: false } },
  ])
  app.setAsDefaultProtocolClient('hearth')
  app.on('second-instance', (_event, argv) => (show(), follow(argv.find((arg) => arg.startsWith('hearth://')))))
  app.on('open-url', (event, url) => (event.preventDefault(), show(), follow(url)))
  void app.whenReady().then(start)
}

async function start(): Promise<void> {
  lockSession()
  // basic_text is no keyring: the passphrase alone protects the wallet then, and the wallet screen says so.
  const keyring = await safeStorage.isAsyncEncryptionAvailable().catch(() => false)
  const host = new HostSupervisor({
    bundle,
    dataRoot: defaultDataRoot(),
    keyring: keyring && (process.platform !== 'linux' || safeStorage.getSelectedStorageBackend() !== 'basic_text'),
    onTray: (state) => ((trayState = state), drawTray(host)),
    onFailed: (message) => {
      dialog.showErrorBox('Hearth cannot start', message)
      app.exit(1)
    },
  })
  host.start()
  ipcMain.on('hearth:connect', (event) => {
    // Only our own window's main frame gets a port, and each connection gets a fresh one.
    if (!window || event.senderFrame !== window.webContents.mainFrame || !event.senderFrame) return
    const { port1, port2 } = new MessageChannelMain()
    host.connect(port1)
    event.senderFrame.postMessage('hearth:port', null, [port2])
  })
  tray = new Tray(nativeImage.createFromPath(icon))
  tray.on('click', show)
  drawTray(host)
  Menu.setApplicationMenu(
    process.platform === 'darwin'
      ? Menu.buildFromTemplate([{ role: 'appMenu' }, { role: 'editMenu' }, { role: 'windowMenu' }])
      : null,
  )
  app.on('window-all-closed', () => {})
  app.on('activate', show)
  app.on('before-quit', (event) => {
    if (quitting) return
    event.preventDefault()
    void quit(host)
  })
  show()
  follow(process.argv.find((arg) => arg.startsWith('hearth://')))
}

function lockSession(): void {
  const { defaultSession } = session
  protocol.handle('app', async (request) => {
    const found = fileOfAppUrl(request.url, renderer)
    if (!found) return new Response(null, { status: 404 })
    const file = await net.fetch(pathToFileURL(found.file).href)
    return new Response(file.body, {
      status: file.status,
      headers: {
        'content-type': found.type,
        'content-security-policy': contentSecurityPolicy("'none'"),
        'x-content-type-options': 'nosniff',
      },
    })
  })
  defaultSession.webRequest.onBeforeRequest((details, callback) => callback({ cancel: !mayRequest(details.url) }))
  defaultSession.setPermissionRequestHandler((_contents, permission, callback, details) =>
    callback(isPermitted(permission, details.requestingUrl)),
  )
  defaultSession.setPermissionCheckHandler((_contents, permission, origin) => isPermitted(permission, origin))
  defaultSession.setDevicePermissionHandler(() => false)
}

function show(): void {
  if (window) {
    window.show()
    window.focus()
    return
  }
  window = new BrowserWindow(windowOptions(join(import.meta.dirname, '..', 'preload', 'preload.cjs')))
  window.webContents.setWindowOpenHandler(() => ({ action: 'deny' }))
  window.webContents.on('will-navigate', (event, url) => !mayNavigate(url) && event.preventDefault())
  window.webContents.on('will-attach-webview', (event) => event.preventDefault())
  window.once('ready-to-show', () => window?.show())
  window.on('close', (event) => {
    if (quitting) return
    // Work goes on in the tray; quitting is there.
    event.preventDefault()
    window?.hide()
  })
  window.on('closed', () => (window = undefined))
  void window.loadURL(`${APP_ORIGIN}/index.html`)
}

/** Shows the screen of a link. Text that is no known link does nothing. */
function follow(text: string | undefined): void {
  const link = text === undefined ? null : parseDeepLink(text)
  if (link) void window?.loadURL(`${APP_ORIGIN}/index.html#${routeOf(link)}`)
}

function drawTray(host: HostSupervisor): void {
  const press = {
    open: show,
    quit: () => void quit(host),
    start: () => host.earning('start'),
    stop: () => host.earning('stop'),
    snooze: () => host.earning('snooze'),
    finish: () => host.earning('finish'),
  }
  const items = trayItems(trayState)
  tray?.setToolTip(`Hearth: ${items[0]!.label}`)
  tray?.setContextMenu(
    Menu.buildFromTemplate(
      items.map(({ label, does }) => (does === null ? { label, enabled: false } : { label, click: press[does] })),
    ),
  )
}

async function quit(host: HostSupervisor): Promise<void> {
  if (askBeforeQuit(trayState)) {
    const { response } = await dialog.showMessageBox({
      type: 'question',
      buttons: ['Keep running', 'Quit'],
      defaultId: 0,
      cancelId: 0,
      message: 'A paid order is running.',
      detail: 'It goes on from its last batch when Hearth starts again, if that is before its end.',
    })
    if (response === 0) return
  }
  quitting = true
  await host.stop()
  app.quit()
}
