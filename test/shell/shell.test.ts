import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Api } from '../../common/api/index.ts'
import { app, becomeReady, ipcMain, recorded, type FakePort } from '../fakes/electron.ts'

const PATIENCE = { timeout: 30_000 }
const folder = mkdtempSync(join(tmpdir(), 'hearth-shell-'))
const dataRoot = join(folder, 'data')
const window = () => recorded.windows[0]!
const hosts = (): string[] =>
  readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8')
    .trim()
    .split(' ')
    .filter((pid) => pid && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('desktop/entry.ts'))

/** Connects as the window does, and calls the host. */
function connect(): { api: Api; port: FakePort; closed: Promise<void> } {
  const { mainFrame } = window().webContents
  const before = mainFrame.posted.length
  ipcMain.emit('hearth:connect', { senderFrame: mainFrame })
  expect(mainFrame.posted).toHaveLength(before + 1)
  const port: FakePort = mainFrame.posted.at(-1)!.ports[0]!
  const link = new RPCLink({ port })
  port.start()
  return { api: createORPCClient(link), port, closed: new Promise((resolve) => port.once('close', () => resolve())) }
}

beforeAll(async () => {
  process.env['HEARTH_DATA_DIR'] = dataRoot
  // Its owner is away from the keyring for now.
  recorded.keyring = 'pending'
  await import('../../main/shell/main.ts')
})
afterAll(async () => {
  app.quit()
  await vi.waitFor(() => expect(recorded.quits).toBeGreaterThan(0), PATIENCE)
  rmSync(folder, { recursive: true, force: true })
})

describe.skipIf(process.platform !== 'linux')('the desktop app with its host', () => {
  test('keeps its window’s files and its lock in the data folder, which is its owner’s alone', () => {
    expect(recorded.paths.get('userData')).toBe(join(dataRoot, 'window'))
    for (const path of [dataRoot, join(dataRoot, 'window')]) expect(statSync(path).mode & 0o777).toBe(0o700)
    expect(recorded.modelId).toBe('org.hearth.app')
    expect(recorded.privileged[0]).toMatchObject({ scheme: 'app', privileges: { standard: true, secure: true } })
  })

  test('that a link opens for the first time shows its screen, though nothing was ready', async () => {
    let taken = false
    app.emit('open-url', { preventDefault: () => (taken = true) }, 'hearth://order/7')
    expect([taken, recorded.windows]).toEqual([true, []])
    becomeReady()
    await expect.poll(() => recorded.windows).toHaveLength(1)
    expect(window().urls).toEqual(['app://hearth/index.html', 'app://hearth/index.html#/market/7'])
    expect(window().hidden).toBe(false)
  })

  test('shows its window and answers it while the keyring is locked', async () => {
    const { api } = connect()
    const overview = await api.system.overview({})
    expect(overview.wallet).toMatchObject({ state: 'none', protection: null })
    expect(recorded.keyringAsked).toBe(0)
    expect(recorded.errors).toEqual([])
  })

  test('lets nobody but its own window’s main frame in', () => {
    const stranger = { posted: [] as unknown[], postMessage: () => stranger.posted.push(1) }
    ipcMain.emit('hearth:connect', { senderFrame: stranger })
    ipcMain.emit('hearth:connect', { senderFrame: null })
    expect(stranger.posted).toEqual([])
  })

  test('loses no more than a line by what is no message', async () => {
    const strange = connect()
    strange.port.postMessage({ not: 'a message' })
    await strange.closed
    await expect(connect().api.system.overview({})).resolves.toBeDefined()
  })

  test('puts a wallet under the keyring', async () => {
    recorded.keyring = 'works'
    const { api } = connect()
    const { state, address, protection } = await api.wallet.create({ passphrase: 'correct horse battery' })
    expect({ state, protection }).toEqual({ state: 'open', protection: 'keyring' })
    const kept = JSON.parse(readFileSync(join(dataRoot, 'keystore.json'), 'utf8')) as { content: string }
    expect(Buffer.from(kept.content, 'base64').toString()).toMatch(/^sealed:/)
    expect(kept.content).not.toContain(address)
  })

  test('of which the host was killed shows that it is gone, and is answered by the next one with what was kept', async () => {
    recorded.keyring = 'refuses'
    const line = connect()
    await line.api.system.overview({})
    const [pid] = hosts()
    process.kill(Number(pid), 'SIGKILL')
    await line.closed
    // The window asks at once, and the port waits for the host.
    const { api } = connect()
    const { wallet } = await api.system.overview({})
    expect(wallet).toMatchObject({ state: 'sealed', protection: 'keyring', address: null })
    expect(hosts()).toHaveLength(1)
    expect(hosts()).not.toEqual([pid])
    recorded.keyring = 'works'
    expect(await api.wallet.reopen()).toMatchObject({ state: 'locked' })
    expect(recorded.windows).toHaveLength(1)
  })

  test('that is to earn, and cannot yet, shows what stands in the way', async () => {
    window().hide()
    const { click } = recorded.menus.findLast((items) => items.some(({ label }) => label === 'Start earning'))![1]!
    ;(click as () => void)()
    await expect.poll(() => window().urls.at(-1), PATIENCE).toBe('app://hearth/index.html#/earn')
    expect(window().hidden).toBe(false)
  })

  test('follows the links of a second start, and ignores what is no link', () => {
    app.emit('second-instance', {}, ['hearth', 'hearth://order/8'])
    expect(window().urls.at(-1)).toBe('app://hearth/index.html#/market/8')
    app.emit('second-instance', {}, ['hearth', 'hearth://transfer/8'])
    expect(window().urls.at(-1)).toBe('app://hearth/index.html#/market/8')
    window().hide()
    app.emit('second-instance', {}, ['hearth'])
    expect(window().hidden).toBe(false)
  })

  test('leaves nothing running when it has quit', async () => {
    app.quit()
    await expect.poll(() => recorded.quits, PATIENCE).toBe(1)
    expect(hosts()).toEqual([])
    expect(window().closed).toBe(true)
    expect(recorded.questions).toEqual([])
  })
})
