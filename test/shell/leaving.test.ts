import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { listFiles } from '../../main/shell/policy/host-files.ts'
import type { recorded as Recorded } from '../fakes/electron.ts'

const PATIENCE = { timeout: 15_000 }
const ready = JSON.stringify({ kind: 'ready', address: '/nowhere', token: 'x' })
const tray = (order: number | null) => JSON.stringify({ kind: 'tray', state: order ? 'earning' : 'stopped', order })

const root = mkdtempSync(join(tmpdir(), 'hearth-leaving-'))
let folder: string
let updates: {
  readonly done: string[]
  readonly opened: Promise<unknown>
  tellReady: (version: string) => void
} | null = null
let packaged: { readonly resources: string; readonly list: string } | null = null
beforeEach(() => {
  folder = mkdtempSync(join(root, 'app-'))
  vi.resetModules()
})
afterEach(() => {
  updates = null
  for (const mocked of ['places.ts', 'open-updates.ts']) vi.doUnmock(`../../main/shell/${mocked}`)
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

/** The app with a host that does what it is told. */
async function open(...steps: string[]) {
  const [script, heard] = [join(folder, 'script'), join(folder, 'heard')]
  writeFileSync(script, steps.join('\n'))
  process.env['HEARTH_DATA_DIR'] = join(folder, 'data')
  const wrapper = join(folder, 'host.mjs')
  const scripted = join(import.meta.dirname, '../support/scripted-host.ts')
  writeFileSync(
    wrapper,
    `process.argv.push(${JSON.stringify(script)}, ${JSON.stringify(heard)}); await import(${JSON.stringify(scripted)})`,
  )
  vi.doMock('../../main/shell/places.ts', () => ({
    placesOf: () => ({
      renderer: folder,
      preload: join(folder, 'preload.cjs'),
      trayIcon: join(import.meta.dirname, '../../resources/tray.png'),
      host: { node: process.execPath, entry: wrapper },
      packaged,
    }),
  }))
  if (updates) {
    const given = updates
    vi.doMock('../../main/shell/open-updates.ts', () => ({
      openUpdates: (_places: unknown, _log: unknown, onReady: (version: string) => void) => {
        given.tellReady = onReady
        return given.opened
      },
    }))
  }
  const { app, becomeReady, powerMonitor, recorded } = await import('../fakes/electron.ts')
  await import('../../main/shell/main.ts')
  becomeReady()
  if (!steps.includes('crash') && !steps.includes('refused'))
    await expect.poll(() => existsSync(heard), PATIENCE).toBe(true)
  return {
    app,
    powerMonitor,
    recorded,
    heard: () =>
      readFileSync(heard, 'utf8')
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { kind: string }).kind),
    trayIs: (label: string) => expect.poll(() => topOf(recorded), PATIENCE).toBe(label),
  }
}
const topOf = (recorded: typeof Recorded): string | undefined => recorded.menus.at(-1)?.[0]?.label

describe('quitting', () => {
  test('asks while a paid order runs, keeps running where the answer is to, and asks but once at a time', async () => {
    const { app, recorded, heard, trayIs } = await open(ready, tray(7))
    await trayIs('Earning – order 7')
    app.quit()
    app.quit()
    await expect.poll(() => recorded.questions).toEqual(['A paid order is running.'])
    expect([recorded.quits, heard()]).toEqual([0, ['start']])
    recorded.answer = 1
    app.quit()
    await expect.poll(() => recorded.quits, PATIENCE).toBe(1)
    expect(heard()).toEqual(['start', 'stop'])
    expect(recorded.questions).toHaveLength(2)
    expect(recorded.windows[0]!.closed).toBe(true)
  })

  test('asks nothing where nothing is at stake', async () => {
    const { app, recorded, trayIs } = await open(ready, tray(null))
    await trayIs('Not earning')
    app.quit()
    await expect.poll(() => recorded.quits, PATIENCE).toBe(1)
    expect(recorded.questions).toEqual([])
  })

  test('ends a host that hangs, and is not begun anew by a second wish meanwhile', async () => {
    const { app, recorded, heard } = await open(ready, 'hang')
    const begun = performance.now()
    app.quit()
    app.quit()
    await expect.poll(() => recorded.quits, { timeout: 20_000 }).toBe(1)
    process.stdout.write(
      `a host that hangs was ended after ${((performance.now() - begun) / 1000).toFixed(1)} s of 12\n`,
    )
    expect(performance.now() - begun).toBeLessThan(12_000)
    expect(heard()).toEqual(['start', 'stop'])
  })

  test('at the end of the session neither asks nor waits, and the host is told', async () => {
    const { app, powerMonitor, recorded, heard, trayIs } = await open(ready, tray(7))
    await trayIs('Earning – order 7')
    powerMonitor.emit('shutdown')
    app.quit()
    expect([recorded.quits, recorded.questions]).toEqual([1, []])
    await expect.poll(heard, PATIENCE).toEqual(['start', 'stop'])
  })

  test('by the signal that ends a session is the same', async () => {
    const before = process.listeners('SIGTERM')
    const { recorded, heard, trayIs } = await open(ready, tray(7))
    await trayIs('Earning – order 7')
    const [listener] = process.listeners('SIGTERM').filter((each) => !before.includes(each))
    listener!('SIGTERM')
    process.off('SIGTERM', listener!)
    expect([recorded.quits, recorded.questions]).toEqual([1, []])
    await expect.poll(heard, PATIENCE).toEqual(['start', 'stop'])
  })

  test('at the end of a session of Windows, which tells the window alone, is the same', async () => {
    const { app, recorded, trayIs } = await open(ready, tray(7))
    await trayIs('Earning – order 7')
    recorded.windows[0]!.emit('session-end', { reasons: ['shutdown'] })
    app.quit()
    expect([recorded.quits, recorded.questions]).toEqual([1, []])
  })

  test('for a new version asks where an order runs, stops the host, and then lets it in; never at log-out', async () => {
    const done: string[] = []
    const late = Promise.withResolvers<unknown>()
    updates = { done, opened: late.promise, tellReady: () => {} }
    const settings = JSON.stringify({ kind: 'settings', language: null, updates: false })
    const { recorded, heard, trayIs, powerMonitor } = await open(ready, settings, tray(7))
    await trayIs('Earning – order 7')
    // What its person chose was told before it was there.
    late.resolve({
      ready: '0.2.0',
      allow: (on: boolean) => done.push(`allow ${on}`),
      install: () => done.push('install'),
      hold: () => done.push('hold'),
    })
    await expect.poll(() => done, PATIENCE).toEqual(['allow false'])
    updates.tellReady('0.2.0')
    const press = () => {
      const item = recorded.menus.at(-1)!.find(({ label }) => label === 'Restart with the new version')
      ;(item!.click as () => void)()
    }
    expect(recorded.notifications.at(-1)).toMatchObject({ title: 'Hearth 0.2.0 is here' })
    press()
    await expect.poll(() => recorded.questions.length, PATIENCE).toBe(1)
    expect([done.length, heard()]).toEqual([1, ['start']])
    recorded.answer = 1
    press()
    await expect.poll(() => done, PATIENCE).toEqual(['allow false', 'install'])
    expect([heard(), recorded.quits]).toEqual([['start', 'stop'], 0])
    powerMonitor.emit('shutdown')
    expect(done.at(-1)).toBe('hold')
  })

  test('from the menu is quitting, by the keys that people know', async () => {
    const { recorded } = await open(ready, tray(null))
    const items = recorded.appMenu!.flatMap(({ submenu }) => (Array.isArray(submenu) ? submenu : []))
    const quit = items.find(({ label }) => label === 'Quit')
    if (process.platform !== 'darwin') {
      expect(quit?.accelerator).toBe('CommandOrControl+Q')
      ;(quit!.click as () => void)()
      await expect.poll(() => recorded.quits, PATIENCE).toBe(1)
    } else expect(recorded.appMenu![0]).toEqual({ role: 'appMenu' })
  })
})

describe('a window', () => {
  test('that is closed hides, and what works goes on', async () => {
    const { app, recorded, heard } = await open(ready)
    const [window] = recorded.windows
    window!.close()
    expect([window!.closed, window!.hidden]).toEqual([false, true])
    expect(heard()).toEqual(['start'])
    app.emit('activate')
    expect(window!.hidden).toBe(false)
    app.quit()
  })

  test('whose process dies comes back, but not for ever', async () => {
    const { app, recorded } = await open(ready)
    const { webContents } = recorded.windows[0]!
    for (let i = 0; i < 10; i++) webContents.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 1 })
    expect(webContents.reloads).toBe(3)
    app.quit()
  })

  test('stays in the app', async () => {
    const { app, recorded } = await open(ready)
    const { webContents } = recorded.windows[0]!
    const prevented: string[] = []
    for (const url of ['https://example.com/', 'app://hearth/index.html#/wallet'])
      webContents.emit('will-navigate', { url, preventDefault: () => prevented.push(url) })
    expect(prevented).toEqual(['https://example.com/'])
    expect(webContents.openHandler!()).toEqual({ action: 'deny' })
    app.quit()
  })
})

describe('a package', () => {
  const list = join(root, 'host-files.json')
  const resources = join(root, 'resources')
  beforeEach(() => {
    packaged = { resources, list }
    mkdirSync(join(resources, 'host'), { recursive: true })
    writeFileSync(join(resources, 'host', 'vault.js'), 'as it was')
  })
  afterEach(() => (packaged = null))

  test('that is as it was packaged starts its host', async () => {
    writeFileSync(list, JSON.stringify(await listFiles(resources, ['host'])))
    const { app, recorded, trayIs } = await open(ready, tray(null))
    await trayIs('Not earning')
    expect(recorded.errors).toEqual([])
    app.quit()
  })

  test.each([
    [
      'of which a file was changed',
      () => writeFileSync(join(resources, 'host', 'vault.js'), 'otherwise'),
      'host/vault.js',
    ],
    ['whose list is not there', () => rmSync(list), 'ENOENT'],
    ['whose list is none', () => writeFileSync(list, '{"host/vault.js":7}'), 'invalid'],
  ])('%s starts none, says what, and leaves the window', async (_, change, said) => {
    writeFileSync(list, JSON.stringify(await listFiles(resources, ['host'])))
    change()
    const { recorded } = await open('refused')
    await expect.poll(() => recorded.errors, PATIENCE).toHaveLength(1)
    expect(recorded.errors[0]).toContain('your data is left as it is')
    expect(recorded.errors[0]!.toLowerCase()).toContain(said.toLowerCase())
    expect(recorded.exits).toEqual([1])
  })
})

describe('a host', () => {
  test('that dies at each start is given up, with its last words', async () => {
    const { recorded } = await open('crash')
    await expect.poll(() => recorded.errors, PATIENCE).toHaveLength(1)
    expect(recorded.errors[0]).toMatch(/again and again[\s\S]*code 3[\s\S]*the disk is on fire/)
    expect(recorded.exits).toEqual([1])
  })

  test('that cannot work says why, once', async () => {
    const failed = JSON.stringify({ kind: 'failed', code: 'DATA_IN_USE', message: 'another Hearth has this folder' })
    const { recorded } = await open(failed)
    await expect.poll(() => recorded.errors, PATIENCE).toEqual(['another Hearth has this folder'])
  })

  test('whose message is none is heard no further for it, and stays', async () => {
    const { app, recorded, trayIs } = await open('{"kind":"format-disk"}', ready, tray(3))
    await trayIs('Earning – order 3')
    expect(recorded.errors).toEqual([])
    recorded.answer = 1
    app.quit()
  })

  test('keeps the system awake for paid work, and lets it sleep afterwards', async () => {
    const awake = (on: boolean) => JSON.stringify({ kind: 'keepAwake', on })
    const { app, recorded } = await open(ready, awake(true), awake(true), awake(false))
    await expect.poll(() => recorded.blockers, PATIENCE).toEqual([false])
    app.quit()
  })

  test('says in which language its person reads, and tray, menu and questions follow', async () => {
    const language = (tag: string | null) => JSON.stringify({ kind: 'settings', language: tag, updates: true })
    const { app, recorded, trayIs } = await open(ready, tray(7), language('zh-CN'))
    await trayIs('正在赚取 – 订单 7')
    expect(recorded.appMenu!.map(({ label }) => label)).toContain('编辑')
    app.quit()
    await expect.poll(() => recorded.questions, PATIENCE).toEqual(['有一个付费订单正在运行。'])
  })

  test('has a file of the data folder shown in its folder, and no other', async () => {
    const root = join(folder, 'data')
    const inside = join(root, 'library', '1', 'data.jsonl')
    const show = (path: string) => JSON.stringify({ kind: 'showFile', path })
    const outside = [join(folder, 'other'), `${root}/library/../../other`, `${root}-other/data.jsonl`, 'data.jsonl']
    const { app, recorded } = await open(ready, ...outside.map(show), show(inside))
    await expect.poll(() => recorded.shown, PATIENCE).toEqual([inside])
    app.quit()
  })

  test('has its words shown', async () => {
    const { app, recorded } = await open(ready, JSON.stringify({ kind: 'notify', title: 'Sold', body: 'for 3 HTH' }))
    await expect.poll(() => recorded.notifications, PATIENCE).toEqual([{ title: 'Sold', body: 'for 3 HTH' }])
    app.quit()
  })
})
