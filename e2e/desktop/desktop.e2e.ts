import { spawnSync } from 'node:child_process'
import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { describe, expect, test } from 'vitest'
import { join as joinHost } from '../../main/headless/connect.ts'
import { readHostSocketInfo } from '../../main/core/host-socket-info.ts'
import { dataPaths } from '../../main/core/paths.ts'
import { launch, newDataDir, PackagedApp, program, whyNot } from './packaged-app.ts'

const PATIENCE = { timeout: 30_000 }
const resources = (): string =>
  process.platform === 'darwin' ? join(dirname(program), '..', 'Resources') : join(dirname(program), 'resources')
const begin = (app: PackagedApp) => app.page.getByRole('button', { name: 'Begin' })
/** The host of an app, as the command line finds it. */
const apiOf = async ({ dataDir }: PackagedApp) => {
  const info = readHostSocketInfo(dataPaths(dataDir).hostSocket)
  if (!info) throw new Error('there is no host')
  return (await joinHost(info))!.api
}
const hostOf = (pid: number): number[] =>
  spawnSync('pgrep', ['-P', String(pid), '-f', 'hearth-node'], { encoding: 'utf8' })
    .stdout.trim()
    .split('\n')
    .filter(Boolean)
    .map(Number)

// Written for the first machine that has Electron's binary; it has not run yet.
describe.skipIf(whyNot)(`the packaged app${whyNot ? ` (skipped: ${whyNot})` : ''}`, () => {
  test('shows its first screen without a complaint, and nothing of Node in its window', async () => {
    await using app = await PackagedApp.open()
    await begin(app).waitFor({ timeout: 10_000 })
    expect(app.page.url()).toMatch(/^app:\/\/hearth\//)
    expect(await app.page.evaluate(() => 'require' in globalThis || 'process' in globalThis)).toBe(false)
    expect(app.problems).toEqual([])
  })

  test('refuses what leaves it', async () => {
    await using app = await PackagedApp.open()
    await begin(app).waitFor()
    const fetched = await app.page.evaluate(() => fetch('https://example.com').then(String, () => 'refused'))
    expect(fetched).toBe('refused')
    expect(await app.page.evaluate(() => window.open('https://example.com'))).toBeNull()
    await app.page.evaluate(() => void (location.href = 'https://example.com'))
    await begin(app).waitFor()
    expect(app.page.url()).toMatch(/^app:\/\/hearth\//)
  })

  test('comes back after a reload and after its host was killed, with one host', async () => {
    await using app = await PackagedApp.open()
    await begin(app).waitFor()
    await app.page.reload()
    await begin(app).waitFor()
    const [before] = hostOf(app.child.pid!)
    process.kill(before!, 'SIGKILL')
    await expect.poll(() => hostOf(app.child.pid!), PATIENCE).not.toContain(before)
    await expect.poll(() => hostOf(app.child.pid!).length, PATIENCE).toBe(1)
    await begin(app).waitFor()
  })

  test('has every child answer', async () => {
    await using app = await PackagedApp.open()
    await begin(app).waitFor()
    const api = await apiOf(app)
    expect(await api.wallet.create({ passphrase: 'correct horse battery' })).toMatchObject({ state: 'open' })
    const { backends } = await api.earn.measure({ quick: true })
    expect(backends.find((item) => item.backend === 'cpu')).toMatchObject({ exact: true })
    const avatar = await api.chat.trySample({})
    const { id: chat } = await api.chat.add({ avatar: avatar.id })
    await api.chat.send({ chat, parent: null, text: 'What is your cat called?' })
    await expect
      .poll(async () => (await api.chat.get({ chat })).messages.at(-1), { timeout: 120_000 })
      .toMatchObject({ role: 'assistant', state: 'whole' })
    expect((await api.system.overview({})).network.head).not.toBeNull()
  })

  test('follows a link at its start, and one of a second start, which ends by itself', async () => {
    await using app = await PackagedApp.open(['hearth://order/7'])
    await expect.poll(() => app.page.url(), PATIENCE).toContain('#/market/7')
    const second = launch(['hearth://order/8'], app.dataDir)
    await new Promise((resolve) => second.once('exit', resolve))
    await expect.poll(() => app.page.url(), PATIENCE).toContain('#/market/8')
  })

  test('runs beside another of another data folder', async () => {
    await using one = await PackagedApp.open()
    await using two = await PackagedApp.open()
    for (const app of [one, two]) await begin(app).waitFor()
    expect(one.dataDir).not.toBe(two.dataDir)
  })

  test.skipIf(process.platform === 'win32')('leaves nothing running when the session ends it', async () => {
    await using app = await PackagedApp.open()
    await begin(app).waitFor()
    const hosts = hostOf(app.child.pid!)
    app.child.kill('SIGTERM')
    await app.ended
    await expect.poll(() => hosts.filter((pid) => existsSync(`/proc/${pid}`)), PATIENCE).toEqual([])
  })

  test('has its fuses as they were packaged', async () => {
    const wire = await getCurrentFuseWire(program)
    expect(wire[FuseV1Options.RunAsNode]).toBe(FuseState.DISABLE)
    expect(wire[FuseV1Options.OnlyLoadAppFromAsar]).toBe(FuseState.ENABLE)
  })

  test('does not start a host of which a file was changed, and says so', async () => {
    const file = join(resources(), 'host', 'out', 'main', 'vault.js')
    const before = readFileSync(file)
    const dataDir = newDataDir()
    const logs = join(dataDir, 'logs', 'shell')
    const said = (): string =>
      existsSync(logs)
        ? readdirSync(logs)
            .map((name) => readFileSync(join(logs, name), 'utf8'))
            .join('')
        : ''
    appendFileSync(file, '\n')
    const child = launch([], dataDir)
    try {
      await expect.poll(said, PATIENCE).toContain('not as they were packaged')
      expect(said()).toContain('host/out/main/vault.js')
      expect(hostOf(child.pid!)).toEqual([])
    } finally {
      child.kill('SIGKILL')
      writeFileSync(file, before)
      rmSync(dataDir, { recursive: true, force: true })
    }
  })
})
