import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Page } from 'playwright'
import type { storageContract } from '../../common/children/storage.ts'
import { pause, systemClock } from '../../main/core/clock.ts'
import { Log } from '../../main/core/log/log.ts'
import { NodeSpawner } from '../../main/core/processes/node-spawner.ts'
import { SupervisedProcess } from '../../main/core/processes/supervised.ts'
import { appPath } from '../../main/core/resources.ts'
import { connect } from '../../main/headless/connect.ts'
import { launch, openPage } from '../../test/support/browser.ts'
import { fund } from '../../test/support/market.ts'
import { ASSETS, fill, MEMORIES, onChain, ORDERS, specOf } from './fill.ts'
import { callsOf, contentTime, framesWhileScrolling } from './page-measures.ts'
import { scriptSizes } from './script-sizes.ts'

// npm run bench:window: what the window costs with a full wallet, market and memory, as built. Exits 1 above a bar.

const BARS = { firstScriptKb: 250, contentMs: 1_000, framesASecond: 55, hostMs: 50 }
const LOADS = 3
const PASSPHRASE = 'a window that is measured'
/** Main routes, and whether a long list is scrolled there. */
const ROUTES: readonly (readonly [path: string, list: boolean])[] = [
  ['/', false],
  ['/earn', true],
  ['/earn/history', true],
  ['/market', true],
  ['/data', false],
  ['/data/browse', true],
  ['/avatar', false],
  ['/avatar/memory', true],
  ['/avatar/topics', false],
  ['/train', false],
  ['/explorer', true],
  ['/wallet', false],
  ['/tasks', false],
  ['/settings', false],
]
const folder = mkdtempSync(join(tmpdir(), 'hearth-bench-window-'))
const dataDir = join(folder, 'data')
const delays = join(folder, 'delays.json')
let failed = false
const say = (line: string): void => void process.stdout.write(`${line}\n`)
const held = (good: boolean): string => {
  if (!good) failed = true
  return good ? 'ok  ' : 'FAIL'
}

interface Running {
  readonly child: ChildProcess
  readonly ready: { readonly origin: string; readonly token: string; readonly url: string }
}
async function start(): Promise<Running> {
  mkdirSync(dataDir, { recursive: true })
  const passphrase = join(folder, 'passphrase')
  writeFileSync(passphrase, PASSPHRASE, { mode: 0o600 })
  const watch = join(import.meta.dirname, 'loop-delay.ts')
  const serve = [appPath('out', 'main', 'hearth.js'), 'serve', '--network', 'embedded']
  const args = ['--import', watch, ...serve, '--passphrase-file', passphrase, '--data-dir', dataDir, '--json']
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, HEARTH_LOOP_DELAYS: delays },
  })
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout! }).once('line', resolve)
    child.once('exit', (code) => reject(new Error(`the host ended with ${code}`)))
  })
  return { child, ready: JSON.parse(line) as Running['ready'] }
}
async function stop(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await ended
}
/** The longest that the host's event loop stood still since this was asked last, in milliseconds. */
async function longestDelay({ child }: Running): Promise<number> {
  rmSync(delays, { force: true })
  child.kill('SIGUSR2')
  for (;;) {
    try {
      return JSON.parse(readFileSync(delays, 'utf8')) as number
    } catch {
      await pause(20)
    }
  }
}

const storage = new SupervisedProcess<typeof storageContract>({
  name: 'storage',
  spawner: new NodeSpawner({ storage: [appPath('out', 'main', 'storage.js')] }),
  clock: systemClock,
  log: new Log(() => {}),
})

/** A host that has everything, and a seller's node beside it. */
async function lived(): Promise<Running> {
  const { addresses } = await storage.client.start({
    folder: join(folder, 'seller'),
    listen: ['/ip4/127.0.0.1/tcp/0'],
    mdns: false,
    bootstrap: [],
  })
  const first = await start()
  const { api, close } = await connect(first.ready)
  await fund(api, PASSPHRASE)
  const net = { source: 'generated', net: 'small', rows: 1_000 }
  const { hash } = await api.market.prepareWork({ kind: 'exact-inference', request: net })
  const { wallet } = await api.system.overview({})
  close()
  await stop(first.child)
  const begun = performance.now()
  await fill(dataDir, wallet.address!.toLowerCase(), await specOf(dataDir, hash), {
    addresses,
    put: async (bytes, name) =>
      onChain((await storage.client.putBlock({ bytes: bytes.toString('base64'), name })).sha256),
  })
  const seconds = ((performance.now() - begun) / 1_000).toFixed(0)
  say(`filled in ${seconds} s: ${ORDERS} orders, ${MEMORIES} memories, ${ASSETS} assets`)
  return start()
}

interface Load {
  readonly paint: number
  readonly content: number
  readonly delay: number
  readonly slowest: { readonly path: string; readonly ms: number }
}

async function load(page: Page, host: Running, path: string): Promise<Load> {
  const calls = callsOf(page)
  await longestDelay(host)
  await page.evaluate((to) => void (location.hash = to), `#${path}`)
  await page.reload()
  const times = await contentTime(page)
  return { ...times, delay: await longestDelay(host), slowest: calls.end() }
}

async function measure(page: Page, host: Running, [path, list]: (typeof ROUTES)[number]): Promise<void> {
  const loads: Load[] = []
  for (let i = 0; i < LOADS; i++) loads.push(await load(page, host, path))
  // Whatever else the machine does now and then is not the window's.
  const median = (of: (it: Load) => number): number => loads.map(of).toSorted((a, b) => a - b)[LOADS >> 1]!
  const [paint, content, delay] = [median((it) => it.paint), median((it) => it.content), median((it) => it.delay)]
  const { slowest } = loads.toSorted((a, b) => a.slowest.ms - b.slowest.ms)[LOADS >> 1]!
  const frames = list ? await framesWhileScrolling(page) : null
  say(
    `${path.padEnd(16)} first paint ${paint.toFixed(0).padStart(4)} ms ${held(paint <= BARS.contentMs)}  content ` +
      `${content.toFixed(0).padStart(5)} ms ${held(path !== '/' || content <= BARS.contentMs)}  host still ` +
      `${delay.toFixed(0).padStart(4)} ms ${held(delay <= BARS.hostMs)}  slowest call ${slowest.path} ${slowest.ms.toFixed(0)} ms` +
      (frames
        ? `; scrolling ${frames.pixels} px: ${frames.perSecond.toFixed(0)} frames a second, p95 ` +
          `${frames.p95.toFixed(0)} ms ${held(frames.perSecond >= BARS.framesASecond)}`
        : ''),
  )
}

try {
  say(`${cpus().length} × ${cpus()[0]!.model.trim()}, Node ${process.version}`)
  const { first, lazy } = scriptSizes(appPath('out', 'renderer'))
  const kb = (bytes: number): string => `${(bytes / 1_000).toFixed(1)} kB`
  say(`${held(first <= BARS.firstScriptKb * 1_000)} script of Home, gzip: ${kb(first)} (bar ${BARS.firstScriptKb} kB)`)
  for (const [page, bytes] of lazy) say(`     ${page.padEnd(24)} + ${kb(bytes)}`)
  const host = await lived()
  const browser = await launch()
  const { page, problems } = await openPage(browser, host.ready.url)
  say(
    `medians of ${LOADS} loads; bars: first paint and Home's content ${BARS.contentMs} ms, host ${BARS.hostMs} ms, ${BARS.framesASecond} frames`,
  )
  for (const route of ROUTES) await measure(page, host, route)
  for (const problem of problems) say(`${held(false)} ${problem}`)
  await browser.close()
  await stop(host.child)
} finally {
  await storage.stop()
  rmSync(folder, { recursive: true, force: true })
}
process.exit(failed ? 1 : 0)
