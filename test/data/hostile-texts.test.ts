import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'

/** None takes ten seconds in a slow machine; what takes the square of its length takes minutes in a fast one. */
const MOST_MS = 90_000

test('no text of half a megabyte holds a reader or a detector', { timeout: 900_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hearth-hostile-'))
  const child = spawn(
    process.execPath,
    ['--max-old-space-size=1024', join(import.meta.dirname, '../support/hostile-texts.ts'), folder],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, NODE_NO_WARNINGS: '1' } },
  )
  let reading = 'nothing yet'
  let timer = setTimeout(() => child.kill('SIGKILL'), MOST_MS)
  createInterface({ input: child.stdout }).on('line', (name) => {
    reading = name
    clearTimeout(timer)
    timer = setTimeout(() => child.kill('SIGKILL'), MOST_MS)
  })
  await new Promise((resolve) => child.once('close', resolve))
  clearTimeout(timer)
  rmSync(folder, { recursive: true })
  expect(reading).toBe('done')
})
