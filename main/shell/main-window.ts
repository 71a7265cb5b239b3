import { BrowserWindow, type WebFrameMain } from 'electron'
import type { Log } from '../core/log/log.ts'
import { APP_ORIGIN, mayNavigate } from './policy/app-url.ts'
import { parseDeepLink, routeOf } from './policy/deep-link.ts'
import { windowOptions } from './policy/window-options.ts'

interface Ports {
  readonly preload: string
  readonly log: Log
  /** Whether closing it only hides it. */
  readonly staysOpen: () => boolean
  /** The session of the system ends; nothing may ask or wait. Windows alone tells a window. */
  readonly onSessionEnd: () => void
}

const MOST_RELOADS = 3
const RELOADS_WITHIN_MS = 60_000

/** The one window of the app, made when it is first shown. */
export class MainWindow {
  readonly #ports: Ports
  #window: BrowserWindow | undefined
  #reloads: number[] = []

  constructor(ports: Ports) {
    this.#ports = ports
  }

  show(): void {
    this.#window ??= this.#open()
    this.#window.show()
    this.#window.focus()
  }

  /** Shows the screen of a link. Text that is no known link does nothing. */
  follow(text: string | undefined): void {
    const link = text === undefined ? null : parseDeepLink(text)
    if (link) this.goTo(routeOf(link))
  }

  goTo(route: string): void {
    void this.#window?.loadURL(`${APP_ORIGIN}/index.html#${route}`)
  }

  /** Whether a frame is this window's main one, which alone is let in to the host. */
  owns(frame: WebFrameMain | null): frame is WebFrameMain {
    return frame !== null && frame === this.#window?.webContents.mainFrame
  }

  #open(): BrowserWindow {
    const { preload, log, staysOpen, onSessionEnd } = this.#ports
    const window = new BrowserWindow(windowOptions(preload))
    const { webContents } = window
    webContents.setWindowOpenHandler(() => ({ action: 'deny' }))
    webContents.on('will-navigate', (event) => {
      if (!mayNavigate(event.url)) event.preventDefault()
    })
    webContents.on('will-attach-webview', (event) => event.preventDefault())
    webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
      log.warn('the window’s process is gone', { reason, exitCode })
      if (reason !== 'clean-exit') this.#reload(window)
    })
    window.on('close', (event) => {
      if (!staysOpen()) return
      event.preventDefault()
      window.hide()
    })
    window.on('closed', () => (this.#window = undefined))
    window.on('session-end', onSessionEnd)
    void window.loadURL(`${APP_ORIGIN}/index.html`)
    return window
  }

  /** Brings a window back whose process died, unless it dies of being brought back. */
  #reload(window: BrowserWindow): void {
    const now = Date.now()
    this.#reloads = [...this.#reloads.filter((at) => now - at < RELOADS_WITHIN_MS), now]
    if (this.#reloads.length <= MOST_RELOADS) window.webContents.reload()
    else this.#ports.log.error('the window dies again and again, and stays as it is')
  }
}
