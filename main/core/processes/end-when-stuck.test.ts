import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const module = join(import.meta.dirname, 'end-when-stuck.ts')
/** Runs a program that watches itself, and tells how it ended. */
function run(program: string): Promise<string> {
  const code = `import { endWhenStuck } from ${JSON.stringify(module)}\nendWhenStuck(200, 50)\n${program}`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: 'ignore' })
  return new Promise((resolve) => child.once('close', (status, signal) => resolve(signal ?? `code ${status}`)))
}

test('a process whose loop stands still is ended by itself', async () => {
  expect(await run('for (;;);')).toBe('SIGKILL')
})

test('one that works in between goes on, and ends when it is done', async () => {
  expect(await run('setTimeout(() => process.exit(7), 1000)')).toBe('code 7')
  expect(await run('')).toBe('code 0')
})
