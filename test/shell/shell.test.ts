import { beforeAll, describe, expect, test } from 'vitest'
import { app, ipcMain, recorded, type FakePort } from '../fakes/electron.ts'

const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20))
const host = () => recorded.forks[0]!

beforeAll(async () => {
  await import('../../main/shell/main.ts')
  await soon()
})

describe('the shell', () => {
  test('starts the host in a utility process, and tells it that the keyring is real', () => {
    expect(host().file).toMatch(/host\.js$/)
    expect(host().options?.env).toMatchObject({ ORT_DISABLE_TELEMETRY: '1' })
    expect(host().posted[0]!.message).toMatchObject({ kind: 'start', keyring: true })
  })

  test('opens one locked-down window on app://hearth', () => {
    expect(recorded.windows).toHaveLength(1)
    expect(recorded.windows[0]!.urls).toEqual(['app://hearth/index.html'])
    expect(recorded.windows[0]!.window.webContents.openHandler!()).toEqual({ action: 'deny' })
    expect(recorded.privileged[0]).toMatchObject({ scheme: 'app', privileges: { standard: true, secure: true } })
  })

  test('cancels requests and navigation that leave the app', () => {
    const answers: unknown[] = []
    recorded.beforeRequest!({ url: 'https://example.com/' }, (answer) => answers.push(answer))
    recorded.beforeRequest!({ url: 'app://hearth/assets/a.js' }, (answer) => answers.push(answer))
    expect(answers).toEqual([{ cancel: true }, { cancel: false }])
    let prevented = false
    recorded.windows[0]!.window.webContents.emit(
      'will-navigate',
      { preventDefault: () => (prevented = true) },
      'https://example.com',
    )
    expect(prevented).toBe(true)
  })

  test('answers app: with the policy, and 404 outside its root', async () => {
    const serve = recorded.handlers.get('app')!
    const page = await serve({ url: 'app://hearth/index.html' })
    expect(page.headers.get('content-security-policy')).toContain("connect-src 'none'")
    expect((await serve({ url: 'app://hearth/secret.json' })).status).toBe(404)
  })

  test('hands a port to its own main frame alone', async () => {
    const { mainFrame } = recorded.windows[0]!.window.webContents
    const stranger = { posted: [] as unknown[], postMessage: () => stranger.posted.push(1) }
    ipcMain.emit('hearth:connect', { senderFrame: stranger })
    expect(stranger.posted).toEqual([])
    ipcMain.emit('hearth:connect', { senderFrame: mainFrame })
    expect(mainFrame.posted).toHaveLength(1)
    // The host is still starting: the port waits for it.
    expect(host().posted.some(({ message }) => (message as { kind: string }).kind === 'connect')).toBe(false)
    host().emit('message', { kind: 'ready' })
    await soon()
    expect(host().posted.at(-1)).toMatchObject({ message: { kind: 'connect' } })
    expect(host().posted.at(-1)!.ports).toHaveLength(1)
  })

  test('starts the children that the host asks for, and connects the two', async () => {
    host().emit('message', { kind: 'spawn', id: 7, name: 'vault' })
    await soon()
    const vault = recorded.forks.at(-1)!
    expect(vault.file).toMatch(/vault\.js$/)
    expect(Object.keys(vault.options!.env!)).not.toContain('HOME')
    vault.emit('spawn')
    expect(vault.posted[0]!.ports[0] as FakePort).toBeDefined()
    expect(host().posted.at(-1)!.message).toEqual({ kind: 'spawned', id: 7, pid: 4242 })
    host().emit('message', { kind: 'kill', id: 7 })
    await soon()
    expect(vault.killed).toBe(true)
    expect(host().posted.at(-1)!.message).toMatchObject({ kind: 'exited', id: 7 })
  })

  test('seals and opens the wallet file by the system’s keyring', async () => {
    host().emit('message', { kind: 'seal', id: 1, text: 'keystore' })
    await soon()
    const { text } = host().posted.at(-1)!.message as { text: string }
    host().emit('message', { kind: 'open', id: 2, text })
    await soon()
    expect(host().posted.at(-1)!.message).toEqual({ kind: 'text', id: 2, text: 'keystore' })
    host().emit('message', { kind: 'open', id: 3, text: 'broken' })
    await soon()
    expect(host().posted.at(-1)!.message).toEqual({ kind: 'text', id: 3, text: null })
  })

  test('hides to the tray when the window is closed', () => {
    let prevented = false
    recorded.windows[0]!.window.emit('close', { preventDefault: () => (prevented = true) })
    expect(prevented).toBe(true)
    expect(recorded.windows[0]!.window.hidden).toBe(true)
  })

  test('shows the screen of a link, and ignores what is no link', () => {
    app.emit('second-instance', {}, ['hearth', 'hearth://order/7'])
    expect(recorded.windows[0]!.urls.at(-1)).toBe('app://hearth/index.html#/market/7')
    app.emit('second-instance', {}, ['hearth', 'hearth://transfer/7'])
    expect(recorded.windows[0]!.urls.at(-1)).toBe('app://hearth/index.html#/market/7')
  })

  test('keeps the system awake for paid work, and lets it sleep afterwards', async () => {
    host().emit('message', { kind: 'keepAwake', on: true })
    host().emit('message', { kind: 'keepAwake', on: true })
    await soon()
    expect(recorded.blockers).toEqual([true])
    host().emit('message', { kind: 'keepAwake', on: false })
    await soon()
    expect(recorded.blockers).toEqual([false])
  })

  test('tells the host how long the owner has been away', async () => {
    recorded.idleSeconds = 42
    await expect.poll(() => host().ticks, { timeout: 5_000 }).toContainEqual({ kind: 'idle', seconds: 42 })
  })

  test('starts a host that died again, and kills what belonged to it', async () => {
    host().emit('message', { kind: 'spawn', id: 8, name: 'exact-inference' })
    await soon()
    const engine = recorded.forks.at(-1)!
    host().emit('exit', 1)
    expect(engine.killed).toBe(true)
    await new Promise((resolve) => setTimeout(resolve, 700))
    expect(recorded.forks.at(-1)!.file).toMatch(/host\.js$/)
  })
})
