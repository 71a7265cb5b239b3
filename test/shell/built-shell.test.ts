import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import { afterAll, expect, test } from 'vitest'
import type { Api } from '../../common/api/index.ts'
import { app, becomeReady, ipcMain, recorded } from '../fakes/electron.ts'

const PATIENCE = { timeout: 30_000 }
const built = join(import.meta.dirname, '../../out/main/main.js')
const folder = mkdtempSync(join(tmpdir(), 'hearth-built-shell-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test.skipIf(!existsSync(built))('the built shell shows the built window, which the built host answers', async () => {
  process.env['HEARTH_DATA_DIR'] = join(folder, 'data')
  await import(built)
  becomeReady()
  await expect.poll(() => recorded.windows).toHaveLength(1)
  expect(existsSync(recorded.windows[0]!.options.webPreferences!.preload!)).toBe(true)

  const get = (path: string): Promise<Response> => recorded.handlers.get('app')!({ url: `app://hearth/${path}` })
  const page = await (await get('index.html')).text()
  const parts = [...page.matchAll(/(?:src|href)="\.?\/?([^"]+)"/g)].map(([, path]) => path!)
  expect(parts.length).toBeGreaterThan(1)
  for (const path of parts) expect([path, (await get(path)).status]).toEqual([path, 200])

  const { mainFrame } = recorded.windows[0]!.webContents
  ipcMain.emit('hearth:connect', { senderFrame: mainFrame })
  const port = mainFrame.posted[0]!.ports[0]!
  const api: Api = createORPCClient(new RPCLink({ port }))
  port.start()
  expect((await api.system.overview({})).wallet.state).toBe('none')
  app.quit()
  await expect.poll(() => recorded.quits, PATIENCE).toBe(1)
})
