import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DataNode } from '../node.ts'

const TOKEN = 'a-token-of-twenty-letters'
const content = randomBytes(3 * 2 ** 20 + 17)
let folder: string
let node: DataNode
let url: string
let cid: string

const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${url}${path}`, { headers: { authorization: `Bearer ${TOKEN}`, ...headers } })
const bytesOf = async (response: Response): Promise<Buffer> => Buffer.from(await response.arrayBuffer())

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hearth-gateway-'))
  await writeFile(join(folder, 'file.bin'), content)
  node = await DataNode.start({
    folder: join(folder, 'node'),
    listen: ['/ip4/127.0.0.1/tcp/0'],
    mdns: false,
    bootstrap: [],
  })
  ;({ cid } = await node.add(join(folder, 'file.bin'), 'file', () => {}))
  ;({ url } = await node.gateway(0, TOKEN))
}, 60_000)
afterAll(async () => {
  await node.stop()
  await rm(folder, { recursive: true, force: true })
})

describe('the gateway', () => {
  test('gives a file, and ranges of it', async () => {
    expect((await bytesOf(await get(`/ipfs/${cid}`))).equals(content)).toBe(true)
    const part = await get(`/ipfs/${cid}`, { range: 'bytes=1048570-1048590' })
    expect(part.status).toBe(206)
    expect((await bytesOf(part)).equals(content.subarray(1_048_570, 1_048_591))).toBe(true)
  })

  test('gives a block as it is, and a CAR of all of them', async () => {
    const raw = await get(`/ipfs/${cid}?format=raw`)
    expect(raw.headers.get('content-type')).toContain('application/vnd.ipld.raw')
    expect((await bytesOf(raw)).length).toBeLessThan(1000)
    const car = await bytesOf(await get(`/ipfs/${cid}`, { accept: 'application/vnd.ipld.car' }))
    expect(car.length).toBeGreaterThan(content.length)
    expect(car.includes(content.subarray(0, 4096))).toBe(true)
  })

  test('answers nobody without the token, and no host but this machine', async () => {
    expect((await fetch(`${url}/ipfs/${cid}`)).status).toBe(401)
    expect((await get(`/ipfs/${cid}`, { authorization: 'Bearer a-token-of-twenty-lettert' })).status).toBe(401)
    // In an address it would stand in histories and logs.
    expect((await fetch(`${url}/ipfs/${cid}?token=${TOKEN}`)).status).toBe(401)
    const status = await new Promise<number>((resolve) =>
      request(
        `${url}/ipfs/${cid}`,
        { headers: { host: 'evil.example', authorization: `Bearer ${TOKEN}` } },
        (response) => resolve(response.statusCode!),
      ).end(),
    )
    expect(status).toBe(421)
  })

  test('lets no page read what it gives, not one without an origin either', async () => {
    for (const origin of ['null', 'http://evil.example', 'http://127.0.0.1'])
      expect((await get(`/ipfs/${cid}`, { origin })).headers.get('access-control-allow-origin')).toBeNull()
  })

  test.each(['/', '/ipfs/', '/ipfs/notacid', '/api/v0/id', '/ipfs/../etc/passwd'])('%s is nothing', async (path) => {
    expect((await get(path)).status).toBeGreaterThanOrEqual(400)
  })

  test('what nobody has is 504 in words', async () => {
    const it = await get('/ipfs/bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy')
    expect([it.status, await it.text()]).toEqual([504, expect.stringMatching(/nobody who is connected gave/)])
  }, 20_000)

  test('follows the name that this node has published', async () => {
    const { name } = await node.publishName(cid)
    const it = await get(`/ipns/${name}`)
    expect(it.headers.get('cache-control')).toMatch(/^public, max-age=[1-9]\d*$/)
    expect((await bytesOf(it)).equals(content)).toBe(true)
    expect((await get(`/ipns/${name}`, { 'cache-control': 'only-if-cached' })).status).toBe(200)
    expect((await bytesOf(await get(`/ipns/${name}?format=ipns-record`))).length).toBeGreaterThan(100)
  })

  test('writes are refused', async () => {
    expect(
      (await fetch(`${url}/ipfs/${cid}`, { method: 'PUT', headers: { authorization: `Bearer ${TOKEN}` }, body: 'x' }))
        .status,
    ).toBe(405)
  })
})
