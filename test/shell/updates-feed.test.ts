import { createHash, generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import {
  createServer,
  request,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestOptions,
  type Server,
} from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { AppImageUpdater } from 'electron-updater'
import { Log, type LogRecord } from '../../main/core/log/log.ts'
import { signUpdate } from '../../main/shell/policy/update-signature.ts'
import { Updates } from '../../main/shell/updates.ts'

interface Download {
  readonly cancellationToken: {
    createPromise(
      work: (resolve: (file: string) => void, reject: (error: Error) => void, onCancel: unknown) => void,
    ): unknown
  }
  readonly headers: object
}
interface Runtime {
  readonly HttpExecutor: new () => { doDownload(request: object, how: object, redirects: number): void }
  readonly configureRequestUrl: (url: URL, request: object) => void
  readonly configureRequestOptions: (request: object) => object
}
const { HttpExecutor, configureRequestOptions, configureRequestUrl } = createRequire(
  createRequire(import.meta.url).resolve('electron-updater'),
)('builder-util-runtime') as Runtime

/** The library's own way out, over HTTP of Node's instead of Electron's. */
class NodeHttp extends HttpExecutor {
  createRequest = (options: RequestOptions, callback: (response: IncomingMessage) => void) => request(options, callback)

  download = (url: URL, destination: string, options: Download): unknown =>
    options.cancellationToken.createPromise((resolve, reject, onCancel) => {
      const asking = { headers: options.headers }
      configureRequestUrl(url, asking)
      configureRequestOptions(asking)
      const callback = (error: Error | null): void => (error ? reject(error) : resolve(destination))
      this.doDownload(asking, { destination, options, onCancel, callback, responseHandler: null }, 0)
    })
}

const PATIENCE = { timeout: 10_000 }
const NAME = 'hearth-0.2.0-linux-x86_64.AppImage'
const bytes = Buffer.from('a new version')
const maker = generateKeyPairSync('ed25519', {
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
})
const described = {
  version: '0.2.0',
  files: [{ url: NAME, sha512: createHash('sha512').update(bytes).digest('base64'), size: bytes.length }],
}

let folder: string
let server: Server
let asked: { readonly url: string; readonly headers: IncomingHttpHeaders }[]
let feed: object
let served: Buffer
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hearth-feed-'))
  ;[asked, feed, served] = [[], { ...described, signature: signUpdate(described, maker.privateKey) }, bytes]
  server = createServer(({ url = '', headers }, response) => {
    asked.push({ url, headers })
    if (url.startsWith('/latest-linux')) response.end(JSON.stringify(feed))
    else if (url.startsWith(`/${NAME}`)) response.end(served)
    else response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  writeFileSync(join(folder, 'old.AppImage'), 'the old version')
  vi.stubEnv('APPIMAGE', join(folder, 'old.AppImage'))
})
afterEach(() => {
  server.close()
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true })
})

async function look() {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const config = join(folder, 'app-update.yml')
  writeFileSync(config, JSON.stringify({ provider: 'generic', url, updaterCacheDirName: 'hearth-updater' }))
  const app = {
    version: '0.1.0',
    name: 'hearth',
    isPackaged: true,
    appUpdateConfigPath: config,
    userDataPath: folder,
    baseCachePath: folder,
    whenReady: () => Promise.resolve(),
    quit: () => {},
    relaunch: () => {},
    onQuit: () => {},
  }
  const updater = new AppImageUpdater(undefined, app as never)
  ;(updater as unknown as { httpExecutor: NodeHttp }).httpExecutor = new NodeHttp()
  const [ready, records]: [string[], LogRecord[]] = [[], []]
  const updates = new Updates({
    updater,
    publicKey: maker.publicKey,
    log: new Log((record) => records.push(record)),
    onReady: (version) => ready.push(version),
  })
  await updates.look()
  return { ready, records }
}
const fetched = (): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith(NAME))

test('a version that its maker signed is fetched, and the feed learns no number of this machine', async () => {
  const { ready } = await look()
  await expect.poll(() => ready, PATIENCE).toEqual(['0.2.0'])
  expect(readFileSync(join(folder, fetched()[0]!))).toEqual(bytes)
  // What runs stays as it is.
  expect(readFileSync(join(folder, 'old.AppImage'), 'utf8')).toBe('the old version')
  expect(asked.length).toBeGreaterThan(1)
  const told = asked.flatMap(({ url, headers }) => [url, ...Object.values(headers)].map(String))
  expect(told.filter((text) => /[\da-f]{8}-[\da-f]{4}-[\da-f]{4}/.test(text))).toEqual([])
})

test.each<[string, () => void, string]>([
  ['that nobody signed', () => (feed = described), 'error'],
  ['whose file is another one', () => (served = Buffer.from('an old version')), 'warn'],
  ['that is older than this one', () => (feed = { ...described, version: '0.0.9' }), ''],
  ['of a feed that is none', () => (feed = { version: 5 }), 'warn'],
])('a version %s is not taken', async (_, change, level) => {
  change()
  const { ready, records } = await look()
  await expect.poll(() => records.findLast((record) => record.level !== 'info')?.level ?? '', PATIENCE).toBe(level)
  expect([ready, fetched()]).toEqual([[], []])
  // Only bytes that were promised by its maker are asked for at all.
  expect(asked.some(({ url }) => url.startsWith(`/${NAME}`))).toBe(served !== bytes)
})
