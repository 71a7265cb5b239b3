import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { contentSecurityPolicy } from '../../main/core/web-policy.ts'
import { fileOfAppUrl, mayNavigate, mayRequest } from '../../main/shell/policy/app-url.ts'
import { parseDeepLink, routeOf } from '../../main/shell/policy/deep-link.ts'
import { hostEnvironment } from '../../main/shell/policy/host-environment.ts'
import { isPermitted } from '../../main/shell/policy/permissions.ts'
import { askBeforeQuit, trayItems, type TrayState } from '../../main/shell/policy/tray-model.ts'
import { windowOptions } from '../../main/shell/policy/window-options.ts'
import { wordsOf } from '../../main/shell/words.ts'

const root = join('/', 'app', 'renderer')

test('the window is sandboxed and isolated', () => {
  expect(windowOptions('/p.cjs').webPreferences).toMatchObject({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    webviewTag: false,
  })
  expect(windowOptions('/p.cjs').webPreferences).not.toHaveProperty('webSecurity')
})

describe('app: addresses', () => {
  test.each([
    ['app://hearth/', 'index.html'],
    ['app://hearth/index.html', 'index.html'],
    ['app://hearth/assets/a.js?x=1#y', join('assets', 'a.js')],
  ])('%s is served', (url, file) => {
    expect(fileOfAppUrl(url, root)?.file).toBe(join(root, file))
  })

  test.each([
    'app://hearth/..%2f..%2fetc/passwd.html',
    'app://hearth/%2e%2e/%2e%2e/x.js',
    'app://other/index.html',
    'https://hearth/index.html',
    'app://hearth/a.exe',
    'app://hearth/a.json',
    'app://hearth/%00.html',
    'app://hearth/%zz.html',
    'nonsense',
  ])('%s is refused or stays inside', (url) => {
    const found = fileOfAppUrl(url, root)
    expect(found === null || found.file.startsWith(root)).toBe(true)
    if (!url.includes('%2e%2e') && !url.includes('%2f')) expect(found).toBeNull()
  })
})

test('nothing but the app is navigated to, fetched or permitted', () => {
  for (const url of [
    'https://example.com/',
    'http://127.0.0.1/',
    'file:///etc/passwd',
    'app://hearthx/',
    'javascript:alert(1)',
    'data:text/html,x',
  ]) {
    expect(mayNavigate(url), url).toBe(false)
    expect(mayRequest(url), url).toBe(false)
  }
  expect(mayNavigate('app://hearth/index.html')).toBe(true)
  for (const permission of [
    'media',
    'geolocation',
    'notifications',
    'clipboard-read',
    'openExternal',
    'fullscreen',
    'hid',
    'usb',
  ])
    expect(isPermitted(permission, 'app://hearth/')).toBe(false)
  expect(isPermitted('clipboard-sanitized-write', 'app://hearth/')).toBe(true)
  expect(isPermitted('clipboard-sanitized-write', 'https://example.com')).toBe(false)
})

test('the host gets the person’s environment, and nothing that has its Node run other code', () => {
  const given = {
    PATH: '/bin',
    HOME: '/home/me',
    NODE_OPTIONS: '--require=/tmp/x.js',
    node_path: '/tmp',
    ELECTRON_RUN_AS_NODE: '1',
  }
  expect(hostEnvironment(given)).toEqual({ PATH: '/bin', HOME: '/home/me', ORT_DISABLE_TELEMETRY: '1' })
})

test('the content security policy lets in files alone', () => {
  const policy = contentSecurityPolicy("'none'")
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain("require-trusted-types-for 'script'")
  expect(policy).not.toMatch(/unsafe|\*|https?:/)
})

describe('hearth: links', () => {
  test('open a screen', () => {
    expect(routeOf(parseDeepLink('hearth://order/7')!)).toBe('/market/7')
    expect(routeOf(parseDeepLink('hearth://offer/7')!)).toBe('/market')
    expect(routeOf(parseDeepLink(`hearth://tx/0x${'ab'.repeat(32)}`)!)).toBe(`/explorer/tx/0x${'ab'.repeat(32)}`)
  })

  test.each([
    'hearth://pay/1',
    'hearth://order/0',
    'hearth://order/1?confirm=1',
    'hearth://order/../wallet',
    'hearth://order/1 ',
    'https://order/1',
    'hearth://address/0x12',
    'hearth://order/99999999999999',
  ])('%s does nothing', (text) => {
    expect(parseDeepLink(text)).toBeNull()
  })
})

test('the tray offers what fits the state, and leaving asks while paid work runs', () => {
  const offered = (state: Omit<TrayState, 'isUpdated'>, isUpdated = false) =>
    trayItems({ ...state, isUpdated }, wordsOf('en-GB')).map((item) => item.does)
  expect(offered({ state: 'stopped', order: null })).toEqual([null, 'start', 'open', 'quit'])
  expect(offered({ state: 'earning', order: 3 })).toEqual([null, 'stop', 'snooze', 'finish', 'open', 'quit'])
  expect(offered({ state: 'stopped', order: null }, true)).toEqual([null, 'start', 'open', 'update', 'quit'])
  expect(askBeforeQuit({ state: 'earning', order: 3, isUpdated: false })).toBe(true)
  expect(askBeforeQuit({ state: 'waiting', order: null, isUpdated: true })).toBe(false)
})
