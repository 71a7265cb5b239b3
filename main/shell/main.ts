import {
  app,
  dialog,
  ipcMain,
  MessageChannelMain,
  Notification,
  powerMonitor,
  powerSaveBlocker,
  shell,
  type IpcMainEvent,
} from 'electron'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf } from '../../common/errors/index.ts'
import type { HostToShell } from '../../common/shell.ts'
import { createFileSink } from '../core/log/file-sink.ts'
import { Log } from '../core/log/log.ts'
import { dataPaths, defaultDataRoot } from '../core/paths.ts'
import { makePrivateFolder } from '../core/private-files.ts'
import { setAppMenu } from './app-menu.ts'
import { declareAppProtocol, lockSession } from './app-protocol.ts'
import { HostProcess } from './host-process.ts'
import { Keyring } from './keyring.ts'
import { MainWindow } from './main-window.ts'
import { openUpdates } from './open-updates.ts'
import { placesOf, type Places } from './places.ts'
import { changedFiles, HostFiles } from './policy/host-files.ts'
import { mayShow } from './policy/shown-file.ts'
import { askBeforeQuit, type TrayState } from './policy/tray-model.ts'
import { TrayIcon } from './tray-icon.ts'
import type { Updates } from './updates.ts'
import { WindowLines } from './window-lines.ts'
import { wordsOf } from './words.ts'

const APP_ID = 'org.hearth.app'
const IDLE_MS = 1_000
/** How many files of a damaged package are named. */
const MOST_NAMED = 5

const places = placesOf(app.isPackaged)
const paths = dataPaths(defaultDataRoot())
const linkIn = (argv: readonly string[]): string | undefined => argv.find((arg) => arg.startsWith('hearth://'))

// The window's own files lie in the data folder, apart from the host's, and so does the lock on one instance: two data
// folders are two apps.
makePrivateFolder(paths.root)
makePrivateFolder(paths.window)
app.setPath('userData', paths.window)

if (!app.requestSingleInstanceLock()) app.quit()
else run()

function run(): void {
  // On its first start macOS opens the app by a link before anything of it is ready.
  let link = linkIn(process.argv)
  let follow = (text: string | undefined): void => void (link = text ?? link)
  declareAppProtocol()
  app.setAppUserModelId(APP_ID)
  app.setAsDefaultProtocolClient('hearth')
  app.on('second-instance', (_event, argv) => follow(linkIn(argv)))
  app.on('open-url', (event, url) => (event.preventDefault(), follow(url)))
  void app.whenReady().then(() => {
    const window = start()
    follow = (text) => (window.show(), window.follow(text))
    follow(link)
  })
}

/** What of a package is not as it was packaged; in a checkout nothing can be. */
async function changesOf({ packaged }: Places): Promise<readonly string[]> {
  if (!packaged) return []
  try {
    const list = HostFiles.parse(JSON.parse(await readFile(packaged.list, 'utf8')))
    return await changedFiles(packaged.resources, list)
  } catch (error) {
    return [messageOf(error)]
  }
}

/** Puts the app together. The window comes first: nothing that may wait for a person stands before it. */
function start(): MainWindow {
  const log = new Log(createFileSink(join(paths.logs, 'shell')).sink)
  let trayState: TrayState = { state: 'stopped', order: null, isUpdated: false }
  let leaving: 'not' | 'asking' | 'stopping' | 'stopped' = 'not'
  let awake: number | undefined
  let words = wordsOf(app.getLocale())
  let updates: Updates | null = null
  let mayUpdate = true

  lockSession(places.renderer)
  const window = new MainWindow({
    preload: places.preload,
    log,
    // Work goes on in the tray; quitting is there, and in the menu.
    staysOpen: () => leaving === 'not' || leaving === 'asking',
    onSessionEnd: goDown,
  })
  const lines = new WindowLines(log)
  const keyring = new Keyring()
  const host = new HostProcess({
    program: places.host,
    dataRoot: paths.root,
    log,
    onMessage: receive,
    onReady: (line) => lines.opened(line),
    onGone: () => (lines.closed(), keepAwake(false)),
    onFailed: fail,
  })

  ipcMain.on('hearth:connect', (event: IpcMainEvent) => {
    // Only our own window's main frame gets a port, and each connection gets a fresh one.
    if (!window.owns(event.senderFrame)) return
    const { port1, port2 } = new MessageChannelMain()
    lines.add(port1)
    event.senderFrame.postMessage('hearth:port', null, [port2])
  })
  window.show()
  void begin()
  void openUpdates(places, log, updated).then((opened) => {
    updates = opened
    updates?.allow(mayUpdate)
  })
  setAppMenu(words, () => void quit())
  const tray = new TrayIcon(places.trayIcon, {
    open: () => window.show(),
    quit: () => void quit(),
    start: () => host.send({ kind: 'earning', wish: 'start' }),
    stop: () => host.send({ kind: 'earning', wish: 'stop' }),
    snooze: () => host.send({ kind: 'earning', wish: 'snooze' }),
    finish: () => host.send({ kind: 'earning', wish: 'finish' }),
    update: () => void quit('for the new version'),
  })
  tray.draw(trayState, words)
  setInterval(() => host.send({ kind: 'idle', seconds: powerMonitor.getSystemIdleTime() }), IDLE_MS)
  powerMonitor.on('shutdown', goDown)
  // The end of a session on Linux; Electron by itself would ask.
  process.on('SIGTERM', () => (goDown(), app.quit()))
  app.on('window-all-closed', () => {})
  app.on('activate', () => window.show())
  app.on('child-process-gone', (_event, details) => log.warn('a process of Electron’s is gone', { ...details }))
  app.on('before-quit', (event) => {
    if (leaving === 'stopped') return
    event.preventDefault()
    void quit()
  })
  return window

  function receive(message: Exclude<HostToShell, { kind: 'ready' | 'failed' }>): void {
    switch (message.kind) {
      case 'seal':
      case 'open':
        return void keyring[message.kind](message.text).then((answer) =>
          host.send({ kind: 'text', id: message.id, answer }),
        )
      case 'notify':
        return new Notification({ title: message.title, body: message.body }).show()
      case 'showFile':
        // Shown and not opened: what it is comes from a stranger.
        if (mayShow(message.path, paths.root)) shell.showItemInFolder(message.path)
        return
      case 'keepAwake':
        return keepAwake(message.on)
      case 'show':
        window.show()
        return window.goTo(`/${message.screen}`)
      case 'tray':
        trayState = { ...trayState, state: message.state, order: message.order }
        return tray.draw(trayState, words)
      case 'settings':
        mayUpdate = message.updates
        updates?.allow(mayUpdate)
        words = wordsOf(message.language ?? app.getLocale())
        setAppMenu(words, () => void quit())
        return tray.draw(trayState, words)
    }
  }

  function keepAwake(on: boolean): void {
    if (on) awake ??= powerSaveBlocker.start('prevent-app-suspension')
    else if (awake !== undefined) {
      powerSaveBlocker.stop(awake)
      awake = undefined
    }
  }

  function updated(version: string): void {
    trayState = { ...trayState, isUpdated: true }
    tray.draw(trayState, words)
    new Notification(words.updated(version)).show()
  }

  async function quit(why?: 'for the new version'): Promise<void> {
    if (leaving !== 'not') return
    leaving = 'asking'
    if (askBeforeQuit(trayState)) {
      const { response } = await dialog.showMessageBox({
        type: 'question',
        buttons: [words.leaving.stay, words.leaving.leave],
        defaultId: 0,
        cancelId: 0,
        message: words.leaving.asked,
        detail: words.leaving.detail,
      })
      if (response === 0) return void (leaving = 'not')
    }
    leaving = 'stopping'
    await host.stop()
    leaving = 'stopped'
    if (why && updates?.ready != null) updates.install()
    else app.quit()
  }

  /** Starts the host, whose files nothing else holds to what was packaged. */
  async function begin(): Promise<void> {
    const changed = (await changesOf(places)).slice(0, MOST_NAMED)
    if (changed.length > 0) {
      log.error('files of the app are not as they were packaged', { changed })
      fail([words.changed, ...changed].join('\n'))
    } else if (leaving !== 'stopped') host.start()
  }

  function fail(message: string): void {
    dialog.showErrorBox(words.failed, message)
    app.exit(1)
  }

  /** The system goes down or logs out: nobody is asked, nothing is held up, and the host stops by itself. */
  function goDown(): void {
    leaving = 'stopped'
    updates?.hold()
    host.letGo()
  }
}
