import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { _electron } from 'playwright'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const binary = join(createRequire(import.meta.url).resolve('electron/package.json'), '..', 'dist', 'electron')
const whyNot = !existsSync(binary)
  ? 'Electron’s binary is not here'
  : !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY
    ? 'there is no display'
    : null

test.skipIf(whyNot)(
  `the desktop app opens on its first screen and keeps its window locked down${whyNot ? ` (skipped: ${whyNot})` : ''}`,
  async () => {
    const data = mkdtempSync(join(tmpdir(), 'hearth-desktop-'))
    const app = await _electron.launch({
      executablePath: binary,
      args: [root],
      env: { ...(process.env as Record<string, string>), HEARTH_DATA_DIR: data },
    })
    const page = await app.firstWindow()
    await page.getByRole('button', { name: 'Begin' }).waitFor()
    expect(page.url()).toMatch(/^app:\/\/hearth\//)
    expect(await page.evaluate(() => 'require' in globalThis || 'process' in globalThis)).toBe(false)
    await app.close()
    rmSync(data, { recursive: true, force: true })
  },
)
