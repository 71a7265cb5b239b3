import { request } from 'node:http'
import { MessageChannel } from 'node:worker_threads'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import { RPCHandler } from '@orpc/server/message-port'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Api } from '../../common/api/index.ts'
import { connect } from '../../main/headless/connect.ts'
import { serve } from '../../main/headless/serve.ts'

let folder: string
let running: Awaited<ReturnType<typeof serve>>
const clients: Record<string, Api> = {}
const closers: (() => void)[] = []

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hearth-contract-'))
  running = await serve({ dataRoot: folder, port: 0, passphraseFile: null })
  const socket = await connect(running.server)
  clients.WebSocket = socket.api
  const { port1, port2 } = new MessageChannel()
  new RPCHandler(running.host.router).upgrade(port1, { context: { local: false } })
  port1.start()
  clients.MessagePort = createORPCClient(new RPCLink({ port: port2 }))
  port2.start()
  closers.push(socket.close, () => port1.close())
})
afterAll(async () => {
  for (const close of closers) close()
  await running.stop()
  rmSync(folder, { recursive: true, force: true })
})

describe.each(['WebSocket', 'MessagePort'])('over a %s', (name) => {
  test('values, amounts and errors arrive as they left', async () => {
    const api = clients[name]!
    await expect(api.system.overview({})).resolves.toMatchObject({
      version: '0.1.0',
      network: { practice: true, chainId: 31_337 },
    })
    await expect(api.market.order({ id: 99 })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(api.wallet.preview({ kind: 'deposit', amount: 1n })).rejects.toMatchObject({ code: 'NO_WALLET' })
  })

  test.each<[string, (api: Api) => Promise<unknown>]>([
    ['an unknown action', (api) => api.wallet.preview({ kind: 'approve' } as never)],
    [
      'an action that only the host starts',
      (api) => api.wallet.preview({ kind: 'settle', order: 1, served: 1, finished: true, signature: '0x' } as never),
    ],
    ['a negative amount', (api) => api.wallet.preview({ kind: 'deposit', amount: -1n })],
    ['a short passphrase', (api) => api.wallet.create({ passphrase: 'short' })],
    [
      'an unknown setting',
      (api) => api.system.changeSettings({ network: { kind: 'practice', rpcUrl: 'ftp://x' } } as never),
    ],
    [
      'rows without end',
      (api) =>
        api.market.prepareWork({ kind: 'exact-inference', request: { source: 'generated', net: 'small', rows: 1e12 } }),
    ],
  ])('%s is refused before it reaches a service', async (_what, call) => {
    await expect(call(clients[name]!)).rejects.toMatchObject({ code: expect.stringMatching(/^BAD_/) as string })
  })

  test('a stream gives a snapshot first, then changes, and ends when it is left', async () => {
    const abort = new AbortController()
    const stream = await clients[name]!.system.watch({}, { signal: abort.signal })
    const first = await stream.next()
    expect(first.value).toMatchObject({ version: '0.1.0' })
    const theme = (await clients[name]!.system.settings({})).theme === 'dark' ? 'light' : 'dark'
    await clients[name]!.system.changeSettings({ theme })
    let changed = false
    while (!changed)
      changed =
        ((await stream.next()).value as { revision: { settings: number } }).revision.settings >
        (first.value as { revision: { settings: number } }).revision.settings
    await stream.return(undefined as never)
    abort.abort()
  })
})

test('the recovery words are not shown beyond this machine', async () => {
  await expect(clients.MessagePort!.wallet.reveal({ passphrase: 'x' })).rejects.toMatchObject({
    code: 'REVEAL_REFUSED',
  })
})

describe('the http door', () => {
  const status = (path: string, headers: Record<string, string>, method = 'GET') =>
    new Promise<number | string>((resolve) => {
      const { port } = new URL(running.server.origin)
      const asked = request({ host: '127.0.0.1', port, path, method, headers })
      asked.on('response', (response) => resolve(response.statusCode!))
      asked.on('upgrade', (_response, socket) => (socket.destroy(), resolve(101)))
      asked.on('error', (error) => resolve((error as NodeJS.ErrnoException).code ?? 'error'))
      asked.end()
    })
  const upgrade = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'x3JJHMbDL1EzLkh9GBhXDw==',
  }
  const good = () => ({
    ...upgrade,
    origin: running.server.origin,
    'sec-websocket-protocol': `hearth.v1, token.${running.server.token}`,
  })

  test('opens for the right origin, host and token alone', async () => {
    expect(await status('/rpc', good())).toBe(101)
    expect(await status('/rpc', { ...good(), origin: 'http://evil.test' })).toBe(401)
    expect(await status('/rpc', { ...good(), host: 'evil.test' })).toBe(401)
    expect(await status('/rpc', { ...good(), 'sec-websocket-protocol': 'hearth.v1' })).toBe(401)
    expect(await status('/rpc', { ...good(), 'sec-websocket-protocol': `hearth.v1, token.${'a'.repeat(32)}` })).toBe(
      401,
    )
    expect(await status('/other', good())).toBe(401)
  })

  test('serves nothing outside its folder, to no other name, by no other method', async () => {
    expect(await status('/', { host: 'evil.test' })).toBe(421)
    expect(await status('/..%2f..%2fpackage.json', {})).toBe(404)
    expect(await status('/%2e%2e/%2e%2e/package.json', {})).toBe(404)
    expect(await status('/%zz', {})).toBe(404)
    expect(await status('/', {}, 'POST')).toBe(405)
  })
})
