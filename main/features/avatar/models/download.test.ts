import { createHash, randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { HearthError } from '../../../../common/errors/index.ts'
import { download } from './download.ts'
import { Downloads } from './downloads.ts'
import { ModelStore } from './model-store.ts'

const file = randomBytes(3 * 2 ** 20)
const sha256 = createHash('sha256').update(file).digest('hex')
let folder: string
let server: Server
let url: string
let asked: IncomingHttpHeaders[]
/** What the server does with the next request; it serves ranges well without. */
let next: {
  readonly cutAfter?: number
  readonly ranges?: boolean
  readonly spoil?: number
  readonly status?: number
  readonly shift?: number
} = {}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hearth-download-'))
  asked = []
  next = {}
  server = createServer((request, response) => {
    asked.push(request.headers)
    const { cutAfter, ranges = true, spoil, status, shift = 0 } = next
    if (status !== undefined) return void response.writeHead(status).end()
    const from = ranges ? Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0) : 0
    if (from >= file.length) return void response.writeHead(416, { 'content-range': `bytes */${file.length}` }).end()
    const body = Buffer.from(file.subarray(from))
    if (spoil !== undefined) body[spoil]! ^= 1
    response.writeHead(from > 0 ? 206 : 200, {
      'content-length': body.length,
      ...(from > 0 ? { 'content-range': `bytes ${from + shift}-${file.length - 1}/${file.length}` } : {}),
    })
    if (cutAfter === undefined) response.end(body)
    else response.write(body.subarray(0, cutAfter), () => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as { port: number }).port}/model.gguf`
})
afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  rmSync(folder, { recursive: true, force: true })
})

const get = (signal = new AbortController().signal, reported: number[] = []) =>
  download({ url, sha256 }, folder, (bytes) => reported.push(bytes), signal)
const part = () => join(folder, `${sha256}.part`)

test('a file is fetched and checked, and says how far it is', async () => {
  const reported: number[] = []
  expect(readFileSync(await get(undefined, reported)).equals(file)).toBe(true)
  expect(reported.at(-1)).toBe(file.length)
})

test('what broke off goes on at the byte, however often', async () => {
  for (const cutAfter of [1_000_000, 700_000]) {
    next = { cutAfter }
    await expect(get()).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED' })
  }
  const had = statSync(part()).size
  expect(had).toBeGreaterThan(700_000)
  next = {}
  expect(readFileSync(await get()).equals(file)).toBe(true)
  expect(asked.at(-1)!.range).toBe(`bytes=${had}-`)
  // All of it is there: nothing is fetched again.
  expect(readFileSync(await get()).equals(file)).toBe(true)
})

test('a server that knows no ranges begins anew', async () => {
  next = { cutAfter: 1_000_000 }
  await get().catch(() => {})
  next = { ranges: false }
  expect(readFileSync(await get()).equals(file)).toBe(true)
})

test('one wrong byte is found out, and nothing of the file is kept', async () => {
  next = { spoil: 12_345 }
  await expect(get()).rejects.toMatchObject({ code: 'DOWNLOAD_TAMPERED' })
  expect(existsSync(part())).toBe(false)
  next = { cutAfter: 1_000_000 }
  await get().catch(() => {})
  next = { spoil: 5 }
  await expect(get()).rejects.toMatchObject({ code: 'DOWNLOAD_TAMPERED' })
})

test('a refusal, a wrong part and a plain address on the network are said', async () => {
  next = { status: 404 }
  await expect(get()).rejects.toMatchObject({
    code: 'DOWNLOAD_FAILED',
    message: expect.stringContaining('404') as string,
  })
  next = { cutAfter: 1_000_000 }
  await get().catch(() => {})
  next = { shift: 1 }
  await expect(get()).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED' })
  await expect(
    download({ url: 'http://models.example/a.gguf', sha256 }, folder, () => {}, new AbortController().signal),
  ).rejects.toMatchObject({ code: 'BAD_INPUT' })
})

test('a stop keeps what is there', async () => {
  const abort = new AbortController()
  const stopped = download({ url, sha256 }, folder, () => abort.abort(), abort.signal)
  await expect(stopped).rejects.toMatchObject({ code: 'ABORTED' })
  expect(existsSync(part())).toBe(true)
  expect(readFileSync(await get()).equals(file)).toBe(true)
})

test('what can never be whole leaves nothing behind, and neither does what is given up', async () => {
  const downloads = new Downloads(
    folder,
    new ModelStore({ folder, inspect: () => Promise.reject(new HearthError('MODEL_BROKEN', 'no model')) }),
  )
  const fetchIt = () => downloads.fetch({ url, sha256, name: null }, () => {}, new AbortController().signal)
  next = { spoil: 9 }
  await expect(fetchIt()).rejects.toMatchObject({ code: 'DOWNLOAD_TAMPERED' })
  next = {}
  await expect(fetchIt()).rejects.toMatchObject({ code: 'MODEL_BROKEN' })
  expect(readdirSync(folder)).toEqual([])
  next = { cutAfter: 1_000_000 }
  await fetchIt().catch(() => {})
  expect(await downloads.bytesOf(sha256)).toBeGreaterThan(0)
  await downloads.discard(sha256)
  expect(readdirSync(folder)).toEqual([])
})
