import { mkdtempSync, rmSync, symlinkSync, unlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { FolderGuard } from './folder-guard.ts'
import { Log } from './log/log.ts'

test('what was mended since the start is no longer found when it is looked at again', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hearth-guard-'))
  const link = join(folder, 'elsewhere')
  symlinkSync(tmpdir(), link)
  const guard = new FolderGuard(folder, new Log(() => {}))
  await guard.start()
  // One look at a time: this one is the start's.
  await guard.look()
  expect(guard.findings?.links).toEqual([link])
  unlinkSync(link)
  await guard.look()
  expect(guard.findings?.links).toEqual([])
  await guard.stop()
  rmSync(folder, { recursive: true })
})
