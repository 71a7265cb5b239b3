import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { chromium, type Browser, type Page } from 'playwright'
import type { Api } from '../../common/api/index.ts'
import { readHostSocketInfo } from '../../main/core/host-socket-info.ts'
import { dataPaths } from '../../main/core/paths.ts'
import { join as joinHost, type Connection } from '../../main/headless/connect.ts'
import type { RunningApp } from './shared-specs.ts'

const PATIENCE_MS = 30_000

/** The packaged app that the specs are for: `npm run e2e:desktop -- PATH`. */
export const program = process.env.HEARTH_APP ?? ''
export const whyNot = !program
  ? 'no packaged app was named: npm run e2e:desktop -- PATH'
  : !existsSync(program)
    ? `${program} is not here`
    : process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY
      ? 'there is no display'
      : null

/**
 * The app as it was packaged, with a data folder of its own. Its fuses close the inspector, so the window is seen over
 * Chromium's own protocol.
 */
export class PackagedApp implements RunningApp {
  readonly child: ChildProcess
  readonly dataDir: string
  readonly ended: Promise<number | null>
  readonly #browser: Browser
  #line: Connection | undefined
  readonly page: Page
  /** What the window complained of. */
  readonly problems: string[] = []

  private constructor(child: ChildProcess, dataDir: string, browser: Browser, page: Page) {
    this.child = child
    this.dataDir = dataDir
    this.#browser = browser
    this.page = page
    this.ended = new Promise((resolve) => child.once('exit', resolve))
    page.on('console', (message) => message.type() === 'error' && this.problems.push(message.text()))
    page.on('pageerror', (error) => this.problems.push(error.message))
    page.on('requestfailed', (request) => this.problems.push(`${request.url()} failed`))
  }

  static async open(args: readonly string[] = [], dataDir = newDataDir()): Promise<PackagedApp> {
    const port = join(dataDir, 'window', 'DevToolsActivePort')
    rmSync(port, { force: true })
    const child = launch(['--remote-debugging-port=0', ...args], dataDir)
    const deadline = Date.now() + PATIENCE_MS
    while (!existsSync(port) || readFileSync(port, 'utf8').split('\n').length < 2) {
      if (Date.now() > deadline || child.exitCode !== null) throw new Error('the app opened no window')
      await sleep(50)
    }
    const browser = await chromium.connectOverCDP(`http://127.0.0.1:${readFileSync(port, 'utf8').split('\n')[0]}`)
    const [context] = browser.contexts()
    const page = context?.pages()[0] ?? (await context!.waitForEvent('page'))
    return new PackagedApp(child, dataDir, browser, page)
  }

  /** All that the app shows at present. */
  windows(): readonly Page[] {
    return this.#browser.contexts().flatMap((context) => context.pages())
  }

  /** A line to its host, as the command line finds it. */
  async api(): Promise<Api> {
    const { hostSocket } = dataPaths(this.dataDir)
    const deadline = Date.now() + PATIENCE_MS
    while (!this.#line) {
      const info = readHostSocketInfo(hostSocket)
      this.#line = (info && (await joinHost(info))) ?? undefined
      if (!this.#line && Date.now() > deadline) throw new Error('the app has no host')
      await sleep(50)
    }
    return this.#line.api
  }

  async end(): Promise<void> {
    this.#line?.close()
    await this.#browser.close().catch(() => {})
    this.child.kill('SIGTERM')
    await this.ended
    // The host goes by itself, takes its word back, and has the folder until then.
    const deadline = Date.now() + PATIENCE_MS
    while (readHostSocketInfo(dataPaths(this.dataDir).hostSocket) && Date.now() < deadline) await sleep(100)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#line?.close()
    await this.#browser.close().catch(() => {})
    this.child.kill('SIGKILL')
    if (this.child.exitCode === null && this.child.signalCode === null) await this.ended
    rmSync(this.dataDir, { recursive: true, force: true })
  }
}

export const newDataDir = (): string => mkdtempSync(join(tmpdir(), 'hearth-desktop-'))
export const launch = (args: readonly string[], dataDir: string): ChildProcess =>
  spawn(program, args, { env: { ...process.env, HEARTH_DATA_DIR: dataDir }, stdio: 'ignore' })
