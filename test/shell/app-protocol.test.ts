import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { lockSession } from '../../main/shell/app-protocol.ts'
import { becomeReady, net, recorded } from '../fakes/electron.ts'

const folder = mkdtempSync(join(tmpdir(), 'hearth-window-'))
beforeAll(() => {
  writeFileSync(join(folder, 'index.html'), '<title>Hearth</title>')
  becomeReady()
  lockSession(folder)
})
afterAll(() => rmSync(folder, { recursive: true }))

const get = (url: string): Promise<Response> => recorded.handlers.get('app')!({ url })

test('the window gets its files, though the session fetches nothing but them', async () => {
  const page = await get('app://hearth/index.html')
  expect([page.status, await page.text()]).toEqual([200, '<title>Hearth</title>'])
  expect(page.headers.get('content-security-policy')).toContain("connect-src 'none'")
  expect(page.headers.get('content-type')).toContain('text/html')
  // What served them before: a fetch of the file goes by the session's policy and is refused.
  await expect(net.fetch(pathToFileURL(join(folder, 'index.html')).href)).rejects.toThrow('ERR_BLOCKED_BY_CLIENT')
})

test.each(['app://hearth/secret.json', 'app://hearth/missing.html', 'app://hearth/..%2findex.html'])(
  '%s is not found',
  async (url) => expect((await get(url)).status).toBe(404),
)

test('requests that leave the app are cancelled', async () => {
  const ask = (url: string) => new Promise((resolve) => recorded.beforeRequest!({ url }, resolve))
  expect(await ask('https://example.com/')).toEqual({ cancel: true })
  expect(await ask('app://hearth/assets/a.js')).toEqual({ cancel: false })
})
