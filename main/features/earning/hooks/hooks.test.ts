import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Aedes } from 'aedes'
import { connectAsync } from 'mqtt'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { EarningState } from '../../../../common/model/earning.ts'
import { systemClock } from '../../../core/clock.ts'
import { ConfigStore } from '../../../core/config.ts'
import { Emitter } from '../../../core/events.ts'
import { Log } from '../../../core/log/log.ts'
import { redact } from '../../../core/log/redact.ts'
import { HookService } from './index.ts'

const log = new Log(() => {})
let folder: string
let asked: string[]
let state: EarningState
let hooks: HookService
let config: ConfigStore
const events = new Emitter<{ changed: EarningState }>()

function move(next: EarningState, asks: string): EarningState {
  asked.push(asks)
  state = next
  events.emit('changed', next)
  return next
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hearth-hooks-'))
  asked = []
  state = { kind: 'stopped', reason: 'paused-by-you', detail: null }
  config = ConfigStore.open(join(folder, 'config.json'))
  hooks = new HookService({
    config,
    log,
    clock: systemClock,
    earned24h: () => 1_500_000_000_000_000_000n,
    earning: {
      events,
      state: () => state,
      begin: () => move({ kind: 'waiting', reason: 'no-demand', detail: null }, 'begin'),
      end: () => move({ kind: 'stopped', reason: 'paused-by-you', detail: null }, 'end'),
      snooze: (until) =>
        move(
          { kind: 'stopped', reason: 'snoozed', detail: null },
          `snooze ${Math.round((until - Date.now()) / 60_000)}`,
        ),
    },
  })
  await hooks.start()
})
afterEach(async () => {
  await hooks.stop()
  rmSync(folder, { recursive: true, force: true })
})

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const { port } = probe.address() as AddressInfo
  await new Promise((resolve) => probe.close(resolve))
  return port
}

test('nothing is open unless the owner switches it on, and no report tells the token', async () => {
  expect(hooks.view()).toEqual({ config: { token: null, http: null, mqtt: null }, status: { http: null, mqtt: null } })
  const { config: on } = await hooks.change({ http: { port: await freePort(), lan: false }, mqtt: null })
  expect(on.token).toHaveLength(32)
  expect(JSON.stringify(redact(config.get()))).not.toContain(on.token)
})

test('HTTP: state out, pause and resume in, and only for who shows the token', async () => {
  const port = await freePort()
  const { config: on } = await hooks.change({ http: { port, lan: false }, mqtt: null })
  const ask = (method: string, path: string, headers: Record<string, string> = {}, body?: string) =>
    fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: { authorization: `Bearer ${on.token}`, ...headers },
      ...(body === undefined ? {} : { body }),
    })

  expect(await (await ask('GET', '/state')).json()).toEqual({
    state: 'stopped',
    reason: 'paused-by-you',
    detail: null,
    earned24h: '1.5',
  })
  expect(await (await ask('POST', '/resume')).json()).toMatchObject({ state: 'waiting', reason: 'no-demand' })
  expect((await ask('POST', '/pause', {}, '{"minutes":90}')).status).toBe(200)
  expect((await ask('POST', '/pause')).status).toBe(200)
  expect(asked).toEqual(['begin', 'snooze 90', 'end'])

  for (const headers of [
    { authorization: 'Bearer wrong' },
    { authorization: '' },
    { authorization: `Bearer ${on.token}x` },
  ])
    expect((await ask('POST', '/resume', headers)).status).toBe(401)
  expect((await ask('POST', '/resume', { origin: 'https://example.org' })).status).toBe(403)
  for (const body of [
    '{',
    '[]',
    '{"minutes":0}',
    '{"minutes":"ten"}',
    '{"price":1}',
    `{"minutes":${'1'.repeat(5000)}}`,
  ])
    expect((await ask('POST', '/pause', {}, body)).status, body.slice(0, 20)).toBe(400)
  expect((await ask('POST', '/withdraw')).status).toBe(404)
  expect(asked).toHaveLength(3)

  const renewed = await hooks.renewToken()
  expect((await ask('GET', '/state')).status).toBe(401)
  expect((await ask('GET', '/state', { authorization: `Bearer ${renewed.config.token}` })).status).toBe(200)
  await hooks.change({ http: null, mqtt: null })
  await expect(ask('GET', '/state')).rejects.toThrow()
})

test('a port that is taken is said, and what else is on works on', async () => {
  const blocker = createServer()
  await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve))
  const { status } = await hooks.change({
    http: { port: (blocker.address() as AddressInfo).port, lan: false },
    mqtt: null,
  })
  expect(status.http!.problem).toMatch(/EADDRINUSE/)
  blocker.close()
})

test('MQTT: the state is retained, commands need the token, and a lost machine is offline', async () => {
  const broker = await Aedes.createBroker()
  const server = createServer(broker.handle)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`
  const house = await connectAsync(url)
  const heard: { state: string; reason?: string }[] = []
  house.on('message', (_, payload) => heard.push(JSON.parse(payload.toString()) as { state: string }))
  await house.subscribeAsync('home/hearth/state')

  const { config: on } = await hooks.change({
    http: null,
    mqtt: { url, user: null, password: null, topic: 'home/hearth' },
  })
  await expect.poll(() => heard.at(-1)).toMatchObject({ state: 'stopped', reason: 'paused-by-you' })
  expect(hooks.view().status.mqtt).toMatchObject({ connected: true, problem: null })

  const command = (value: object | string) =>
    house.publishAsync('home/hearth/command', typeof value === 'string' ? value : JSON.stringify(value))
  await command({ command: 'resume' })
  await command({ command: 'resume', token: 'wrong' })
  await command('not json')
  await command({ command: 'format-disk', token: on.token })
  await command({ command: 'pause', minutes: 60, token: on.token })
  await expect.poll(() => asked).toEqual(['snooze 60'])
  await expect.poll(() => heard.at(-1)).toMatchObject({ reason: 'snoozed' })
  await command({ command: 'resume', token: on.token })
  await expect.poll(() => heard.at(-1)).toMatchObject({ state: 'waiting' })

  await hooks.change({ http: null, mqtt: null })
  await expect.poll(() => heard.at(-1)).toEqual({ state: 'offline' })
  await house.endAsync(true)
  await new Promise<void>((resolve) => broker.close(resolve))
  server.close()
})

test('a broker that is not there is said', async () => {
  await hooks.change({
    http: null,
    mqtt: { url: `mqtt://127.0.0.1:${await freePort()}`, user: null, password: null, topic: 'hearth' },
  })
  await expect
    .poll(() => hooks.view().status.mqtt)
    .toMatchObject({ connected: false, problem: expect.stringMatching(/ECONNREFUSED|does not answer/) as unknown })
})
