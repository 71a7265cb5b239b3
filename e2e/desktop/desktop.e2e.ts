import { spawnSync } from 'node:child_process'
import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { describe, expect, test } from 'vitest'
import { nativesIn } from '../../scripts/package/natives.ts'
import { launch, newDataDir, PackagedApp, program, whyNot } from './packaged-app.ts'
import { sharedSpecs } from './shared-specs.ts'

const PATIENCE = { timeout: 30_000 }
const resources = (): string =>
  process.platform === 'darwin' ? join(dirname(program), '..', 'Resources') : join(dirname(program), 'resources')
const begin = (app: PackagedApp) => app.page.getByRole('button', { name: 'Begin' })
const hostOf = (pid: number): number[] =>
  spawnSync('pgrep', ['-P', String(pid), '-f', 'hearth-node'], { encoding: 'utf8' })
    .stdout.trim()
    .split('\n')
    .filter(Boolean)
    .map(Number)

// Written for the first machine that has Electron's binary; it has not run yet.
describe.skipIf(whyNot)(`the packaged app${whyNot ? ` (skipped: ${whyNot})` : ''}`, () => {
  sharedSpecs(
    (dataDir) => PackagedApp.open([], dataDir),
    () => join(resources(), 'host', 'resources', 'demo', 'model'),
  )

  test('shows its own pages and opens no others', async () => {
    await using app = await PackagedApp.open()
    await begin(app).waitFor()
    expect(app.page.url()).toMatch(/^app:\/\/hearth\//)
    expect(await app.page.evaluate(() => window.open('https://example.com'))).toBeNull()
    await app.page.evaluate(() => void (location.href = 'https://example.com'))
    await begin(app).waitFor()
    expect(app.page.url()).toMatch(/^app:\/\/hearth\//)
  })

  test('comes back after its host was killed, with one host', async () => {
    await using app = await PackagedApp.open()
    await begin(app).waitFor()
    const [before] = hostOf(app.child.pid!)
    process.kill(before!, 'SIGKILL')
    await expect.poll(() => hostOf(app.child.pid!), PATIENCE).not.toContain(before)
    await expect.poll(() => hostOf(app.child.pid!).length, PATIENCE).toBe(1)
    await begin(app).waitFor()
  })

  test('loads its window again when the window’s process dies', async () => {
    await using app = await PackagedApp.open()
    await begin(app).waitFor()
    await app.page.goto('chrome://crash').catch(() => {})
    await expect.poll(() => app.windows().some((page) => page.url().startsWith('app://hearth/')), PATIENCE).toBe(true)
    expect(app.child.exitCode).toBeNull()
  })

  test('hides its window when that is closed, works on, and comes forward at a second start', async () => {
    await using app = await PackagedApp.open()
    await begin(app).waitFor()
    const isHidden = () => app.page.evaluate(() => document.visibilityState === 'hidden')
    await app.page.evaluate(() => window.close())
    await expect.poll(isHidden, PATIENCE).toBe(true)
    await expect((await app.api()).system.overview({})).resolves.toBeDefined()
    const second = launch([], app.dataDir)
    await new Promise((resolve) => second.once('exit', resolve))
    await expect.poll(isHidden, PATIENCE).toBe(false)
  })

  test('has a Node of its own that holds more than two GiB in one piece', () => {
    const node = join(resources(), 'runtime', process.platform === 'win32' ? 'hearth-node.exe' : 'hearth-node')
    const { stdout } = spawnSync(node, ['-p', 'new Uint8Array(3 * 2 ** 30).fill(1).length'], { encoding: 'utf8' })
    expect(Number(stdout)).toBe(3 * 2 ** 30)
  })

  test('has machine code of this system and of no other', () => {
    const found = nativesIn(resources()).map(({ code }) => `${code?.platform} ${code?.arch}`)
    expect(found.length).toBeGreaterThan(10)
    expect(new Set(found)).toEqual(new Set([`${process.platform} ${process.arch}`]))
  })

  test('follows a link at its start, and one of a second start, which ends by itself', async () => {
    await using app = await PackagedApp.open(['hearth://order/7'])
    await expect.poll(() => app.page.url(), PATIENCE).toContain('#/market/7')
    const second = launch(['hearth://order/8'], app.dataDir)
    await new Promise((resolve) => second.once('exit', resolve))
    await expect.poll(() => app.page.url(), PATIENCE).toContain('#/market/8')
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
