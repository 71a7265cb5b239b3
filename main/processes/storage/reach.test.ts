import { createCipheriv, createHash, randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openIpfsEncrypted } from './legacy/ipfs-encrypted.ts'
import { DataNode, type NodeOptions } from './node.ts'
import { pinRemotely } from './remote-pin.ts'

let folder: string
const opened: (() => Promise<unknown>)[] = []
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'hearth-reach-'))))
afterEach(async () => {
  for (const close of opened.splice(0).toReversed()) await close()
  rmSync(folder, { recursive: true, force: true })
})

const quiet = () => {}
const never = new AbortController().signal

async function node(name: string, reach: Partial<NodeOptions> = {}): Promise<DataNode> {
  const it = await DataNode.start({
    folder: join(folder, name),
    listen: ['/ip4/127.0.0.1/tcp/0'],
    mdns: false,
    bootstrap: [],
    ...reach,
  })
  opened.push(() => it.stop())
  return it
}

function file(bytes: number): { path: string; content: Buffer } {
  const content = randomBytes(bytes)
  writeFileSync(join(folder, 'file.bin'), content)
  return { path: join(folder, 'file.bin'), content }
}

async function http(
  answer: (url: string, body: string, headers: Record<string, unknown>) => { status: number; body: unknown },
): Promise<string> {
  const server: Server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      const { status, body: content } = answer(request.url!, body, request.headers)
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  opened.push(() => new Promise((resolve) => server.close(resolve)))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

describe('a name', () => {
  test('leads another node to the newest version, also after a restart of its owner', async () => {
    const owner = await node('owner')
    const [first, second] = [
      await owner.add(file(1000).path, 'first', quiet),
      await owner.add(file(2000).path, 'second', quiet),
    ]
    const reader = await node('reader')
    await reader.connect(owner.status().addresses)
    const { name } = await owner.publishName(first.cid)
    expect((await reader.resolveName(name, never)).path).toBe(`/ipfs/${first.cid}`)
    await opened.shift()!()
    const again = await node('owner')
    await reader.connect(again.status().addresses)
    expect((await again.publishName(second.cid)).name).toBe(name)
    expect((await again.resolveName(name, never)).path).toBe(`/ipfs/${second.cid}`)
  }, 60_000)

  test('that is published without peers is kept, and says that nobody was told', async () => {
    const alone = await node('alone')
    const { cid } = await alone.add(file(100).path, 'file', quiet)
    const published = await alone.publishName(cid)
    expect(published.announced).toBe(false)
    expect(await alone.resolveName(published.name, never)).toEqual({ path: `/ipfs/${cid}` })
    await opened.shift()!()
    const again = await node('alone')
    expect(await again.resolveName(published.name, never)).toEqual({ path: `/ipfs/${cid}` })
    const reader = await node('reader')
    await reader.connect(again.status().addresses)
    expect(await reader.resolveName(published.name, never)).toEqual({ path: `/ipfs/${cid}` })
  }, 30_000)

  test('that is published while the first peer is still being met is given to it', async () => {
    const first = await node('first')
    const owner = await node('owner', { bootstrap: [first.status().addresses[0]!] })
    const { cid } = await owner.add(file(100).path, 'file', quiet)
    const { name, announced } = await owner.publishName(cid)
    expect(announced).toBe(true)
    await opened.pop()!()
    expect((await first.resolveName(name, never)).path).toBe(`/ipfs/${cid}`)
  }, 60_000)

  test('that nobody has signed leads nowhere', async () => {
    const alone = await node('alone')
    await expect(
      alone.resolveName('bafzaajaiaejcbdqxqwhvzvljmyeqoxjdkz3pxnsnnnlmxqx2kl2ykmnc2z3l4jyv', never),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(alone.resolveName('no name', never)).rejects.toMatchObject({ code: 'BAD_INPUT' })
  }, 60_000)
})

test('a node behind a router is reached through a relay, whole blocks and all', async () => {
  const relay = await node('relay', { relay: true })
  const [address] = relay.status().addresses
  const hidden = await node('hidden', { listen: [], relays: [address!] })
  const { path, content } = file(3 * 2 ** 20)
  const { cid } = await hidden.add(path, 'file', quiet)
  const through = `${address}/p2p-circuit/p2p/${hidden.status().peerId}`
  const reader = await node('reader', { listen: [] })
  const { bytes } = await reader.fetch(cid, [through], quiet, never)
  expect(bytes).toBe(content.length)
}, 90_000)

test('an indexer that is set is asked who has something', async () => {
  const owner = await node('owner')
  const { path, content } = file(100_000)
  const { cid } = await owner.add(path, 'file', quiet)
  const asked: string[] = []
  const router = await http((url) => {
    asked.push(url)
    return {
      status: 200,
      body: {
        Providers: [
          {
            Schema: 'peer',
            ID: owner.status().peerId,
            Addrs: owner.status().addresses.map((it) => it.replace(/\/p2p\/.*$/, '')),
            Protocols: [],
          },
        ],
      },
    }
  })
  const reader = await node('reader', { router })
  const { bytes } = await reader.fetch(cid, [], quiet, never)
  expect(bytes).toBe(content.length)
  expect(asked.some((url) => url.includes(`/routing/v1/providers/${cid}`))).toBe(true)
}, 60_000)

describe('remote pinning', () => {
  const pin = {
    cid: 'bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy',
    name: 'garden',
    origins: ['/ip4/127.0.0.1/tcp/1/p2p/x'],
  }

  test('asks as the specification says', async () => {
    const seen: unknown[] = []
    const service = await http((url, body, headers) => {
      seen.push([url, JSON.parse(body), headers['authorization']])
      return {
        status: 202,
        body: { requestid: 'r1', status: 'queued', created: '2026-01-01', pin, delegates: ['/dnsaddr/x'] },
      }
    })
    expect(await pinRemotely(`${service}/`, 'token', pin)).toEqual({
      requestid: 'r1',
      status: 'queued',
      delegates: ['/dnsaddr/x'],
    })
    expect(seen).toEqual([['/pins', pin, 'Bearer token']])
  })

  test.each([
    [401, {}, 'PEER_REFUSED'],
    [500, {}, 'PEER_REFUSED'],
    [202, { nonsense: true }, 'BAD_MESSAGE'],
  ])('an answer of %i is told in words', async (status, body, code) => {
    const service = await http(() => ({ status, body }))
    await expect(pinRemotely(service, 'token', pin)).rejects.toMatchObject({ code })
  })

  test('a service that is away is told in words', async () => {
    await expect(pinRemotely('http://127.0.0.1:9', 'token', pin)).rejects.toMatchObject({ code: 'PEER_UNREACHABLE' })
  })
})

describe('folders of ipfs-encrypted', () => {
  /** As the package writes them, its utils/encrypt.js. */
  const encrypted = (plain: Buffer, password: string): Buffer => {
    const [key, iv] = [createHash('sha256').update(password).digest('base64').substring(0, 32), randomBytes(16)]
    const cipher = createCipheriv('aes-256-cbc', Buffer.from(key), iv)
    return Buffer.concat([iv, cipher.update(plain), cipher.final()])
  }

  test('are opened, and left as they are', async () => {
    const content = randomBytes(100_000)
    mkdirSync(join(folder, 'old', 'deep'), { recursive: true })
    writeFileSync(join(folder, 'old', 'a.txt.encrypted'), encrypted(Buffer.from('hello'), 'secret'))
    writeFileSync(join(folder, 'old', 'deep', 'b.bin.encrypted'), encrypted(content, 'secret'))
    expect(await openIpfsEncrypted(join(folder, 'old'), 'secret', join(folder, 'out'))).toEqual({
      files: 2,
      bytes: 100_005,
    })
    expect(readFileSync(join(folder, 'out', 'a.txt'), 'utf8')).toBe('hello')
    expect(readFileSync(join(folder, 'out', 'deep', 'b.bin')).equals(content)).toBe(true)
    expect(readFileSync(join(folder, 'old', 'a.txt.encrypted')).length).toBe(32)
  })

  test('do not open to a wrong password, and leave nothing behind', async () => {
    mkdirSync(join(folder, 'old'))
    for (let i = 0; i < 8; i++)
      writeFileSync(join(folder, 'old', `${i}.encrypted`), encrypted(Buffer.from(`file ${i}`), 'secret'))
    await expect(openIpfsEncrypted(join(folder, 'old'), 'wrong', join(folder, 'out'))).rejects.toMatchObject({
      code: 'WRONG_KEY',
    })
    expect(() => readFileSync(join(folder, 'out', '0'))).toThrow('ENOENT')
    await expect(openIpfsEncrypted(join(folder, 'none'), 'x', join(folder, 'out'))).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
  })
})
