import { fork, spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { HostToShell } from '../../common/shell.ts'
import { dialHost } from '../../main/host/dial-host.ts'

const PATIENCE = { timeout: 30_000 }
const entry = join(import.meta.dirname, '../../main/desktop/entry.ts')
const folder = mkdtempSync(join(tmpdir(), 'hearth-desktop-host-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const message = <Kind extends HostToShell['kind']>(
  child: ChildProcess,
  kind: Kind,
): Promise<Extract<HostToShell, { kind: Kind }>> =>
  new Promise((resolve) =>
    child.on('message', (raw) => {
      const parsed = HostToShell.parse(raw)
      if (parsed.kind === kind) resolve(parsed as Extract<HostToShell, { kind: Kind }>)
    }),
  )
const lives = (pid: number): boolean => existsSync(`/proc/${pid}`)

test('a host lets in who shows its token and nobody else, and ends in order when it is told to', async () => {
  const child = fork(entry, { silent: true })
  child.send({ kind: 'start', dataRoot: join(folder, 'one') })
  const { address, token } = await message(child, 'ready')
  expect(await dialHost({ address, token: 'guessed' })).toBeNull()
  const line = await dialHost({ address, token })
  const closed = new Promise((resolve) => line!.once('close', resolve))
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.send({ kind: 'stop' })
  expect(await ended).toBe(0)
  await closed
  expect(existsSync(address)).toBe(false)
})

test('a second host of a data folder says that it is in use', async () => {
  const dataRoot = join(folder, 'shared')
  const [first, second] = [fork(entry, { silent: true }), fork(entry, { silent: true })]
  first.send({ kind: 'start', dataRoot })
  await message(first, 'ready')
  second.send({ kind: 'start', dataRoot })
  expect(await message(second, 'failed')).toMatchObject({ code: 'DATA_IN_USE' })
  for (const child of [first, second]) child.disconnect()
  await Promise.all([first, second].map((child) => new Promise((resolve) => child.once('exit', resolve))))
})

test.skipIf(process.platform !== 'linux')(
  'a host whose shell is killed ends, and leaves the folder to the next',
  async () => {
    const dataRoot = join(folder, 'orphan')
    const shell = `
    const host = require('node:child_process').fork(${JSON.stringify(entry)}, { silent: true })
    host.send({ kind: 'start', dataRoot: ${JSON.stringify(dataRoot)} })
    host.on('message', ({ kind }) => kind === 'ready' && console.log(host.pid))
  `
    const child = spawn(process.execPath, ['-e', shell], { stdio: ['ignore', 'pipe', 'inherit'] })
    const pid = await new Promise<number>((resolve) => child.stdout.once('data', (text) => resolve(Number(text))))
    expect(lives(pid)).toBe(true)
    child.kill('SIGKILL')
    await expect.poll(() => lives(pid), PATIENCE).toBe(false)
    const next = fork(entry, { silent: true })
    next.send({ kind: 'start', dataRoot })
    await message(next, 'ready')
    const ended = new Promise((resolve) => next.once('exit', resolve))
    next.disconnect()
    expect(await ended).toBe(0)
  },
)
