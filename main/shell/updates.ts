import type { AppUpdater } from 'electron-updater'
import { messageOf } from '../../common/errors/index.ts'
import type { Log } from '../core/log/log.ts'
import { isOurs } from './policy/update-signature.ts'

/** What is used of electron-updater, and no more. */
export type Updater = Pick<
  AppUpdater,
  | 'autoDownload'
  | 'autoInstallOnAppQuit'
  | 'allowDowngrade'
  | 'requestHeaders'
  | 'logger'
  | 'on'
  | 'checkForUpdates'
  | 'downloadUpdate'
  | 'quitAndInstall'
>

interface Ports {
  readonly updater: Updater
  /** Its maker's: Ed25519, as PEM. */
  readonly publicKey: string
  readonly log: Log
  /** A new version is here, and comes into place when the app is left. */
  readonly onReady: (version: string) => void
}

const FIRST_MS = 60_000
const EVERY_MS = 6 * 3_600_000
/** Not everybody at once. */
const SPREAD_MS = 1_800_000

/**
 * Looks for new versions and fetches them. Nothing is replaced while the app runs: what was fetched comes into place
 * when its person leaves, or asks for it. A feed is held to the maker's signature on every system, since Linux has no
 * other and a feed's server is not its maker.
 */
export class Updates {
  readonly #ports: Ports
  #ready: string | null = null
  #on = true
  #timer: NodeJS.Timeout | undefined

  constructor(ports: Ports) {
    this.#ports = ports
    const { updater, log } = ports
    updater.autoDownload = false
    updater.autoInstallOnAppQuit = true
    updater.allowDowngrade = false
    updater.logger = null
    // The library would send a number of this machine with every question.
    updater.requestHeaders = { 'x-user-staging-id': 'none' }
    updater.on('update-available', (info) => {
      if (isOurs(info, ports.publicKey)) {
        log.info('a new version is fetched', { version: info.version })
        return void updater.downloadUpdate().catch(() => {})
      }
      log.error('the feed names a version that its maker did not sign; it is not fetched', { version: info.version })
    })
    updater.on('update-downloaded', ({ version }) => {
      this.#ready = version
      ports.onReady(version)
    })
    // What fails is told here as well as by the promise.
    updater.on('error', (error) =>
      log.warn('no new version could be fetched; it is tried again', { error: messageOf(error) }),
    )
  }

  start(): void {
    this.#wait(FIRST_MS)
  }

  /** The version that comes into place next, or null. */
  get ready(): string | null {
    return this.#ready
  }

  /** Whether its person lets it look. */
  allow(on: boolean): void {
    this.#on = on
  }

  async look(): Promise<void> {
    if (!this.#on || this.#ready !== null) return
    await this.#ports.updater.checkForUpdates().catch(() => {})
  }

  /** The session ends, and an installer would be cut off in the middle. */
  hold(): void {
    clearTimeout(this.#timer)
    this.#ports.updater.autoInstallOnAppQuit = false
  }

  /** Ends the app, and starts the new version. Whatever works must have stopped. */
  install(): void {
    this.#ports.updater.quitAndInstall(true, true)
  }

  #wait(ms: number): void {
    this.#timer = setTimeout(
      () => {
        void this.look()
        this.#wait(EVERY_MS)
      },
      ms + Math.random() * SPREAD_MS,
    )
    this.#timer.unref()
  }
}
