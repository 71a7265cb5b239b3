import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { NodeSpawner } from './node-spawner.ts'
import { systemClock } from '../clock.ts'
import { Log } from '../log/log.ts'
import type { curationContract } from '../../../common/children/curation.ts'
import { everything } from '../../../common/model/collection.ts'
import type { exactInferenceContract } from '../../../common/children/exact-inference.ts'
import { proveIsolation } from './isolation.ts'
import { treeMemory } from './memory-guard.ts'
import { bubblewrap, seatbelt, systemSandbox, type Sandbox } from './sandbox.ts'
import { SupervisedProcess } from './supervised.ts'

const whyNot = systemSandbox() ? null : 'bubblewrap is not installed'
const log = new Log(() => {})
let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'hearth-sandbox-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('the proof of isolation', () => {
  test.skipIf(whyNot)(
    'finds that the sandbox hides files, network and processes, and lets the job’s folder be written',
    async () => {
      const report = await proveIsolation(systemSandbox())
      expect(report.checks.filter(({ holds }) => !holds)).toEqual([])
      expect(report).toMatchObject({ tier: 'sandbox', why: null })
    },
  )

  test.skipIf(whyNot)(
    'holds where the program lies in the home folder, of which no more is seen than the way to it',
    async () => {
      const { HOME } = process.env
      try {
        const root = join(import.meta.dirname, '../../..')
        process.env['HOME'] = dirname(root)
        writeFileSync(join(dirname(root), '.hearth-isolation-beside'), '')
        expect(await proveIsolation(systemSandbox())).toMatchObject({ tier: 'sandbox', why: null })
        const glass: Sandbox = (policy, command) => bubblewrap({ ...policy, read: [dirname(root)] }, command)
        expect((await proveIsolation(glass)).why).toMatch(/files/)
        rmSync(join(dirname(root), '.hearth-isolation-beside'))
      } finally {
        process.env['HOME'] = HOME
      }
    },
  )

  test('believes no sandbox that holds nothing back', async () => {
    const sieve: Sandbox = (_, command) => [...command] as [string, ...string[]]
    const report = await proveIsolation(sieve)
    expect(report.tier).toBe('process')
    expect(report.checks.filter(({ holds }) => !holds).map(({ name }) => name)).toEqual(
      expect.arrayContaining(['files', 'network', 'processes']),
    )
    rmSync(join(import.meta.dirname, '../../../isolation-probe'), { force: true })
  })

  test.skipIf(whyNot)('notices a sandbox that shares the network, or shows the owner’s files', async () => {
    const open: Sandbox = (policy, command) =>
      bubblewrap(policy, command).flatMap((word) => (word === '--unshare-all' ? ['--unshare-pid'] : [word])) as [
        string,
        ...string[],
      ]
    expect((await proveIsolation(open)).why).toMatch(/network/)
    const glass: Sandbox = (policy, command) => bubblewrap({ ...policy, read: ['/'] }, command)
    expect((await proveIsolation(glass)).tier).toBe('process')
  })

  test('says what is missing where there is none, or where it does not start', async () => {
    expect(await proveIsolation(null, 'linux')).toMatchObject({
      tier: 'process',
      why: expect.stringMatching(/bubblewrap is not installed/) as unknown,
    })
    expect(await proveIsolation(() => ['false'])).toMatchObject({
      tier: 'process',
      why: expect.stringMatching(/did not start/) as unknown,
    })
  })

  test('macOS: the profile denies by default and names only the job’s folders', () => {
    const [command, , profile] = seatbelt({ write: ['/data/job'], read: ['/models/a'] }, ['node'])
    expect(command).toBe('sandbox-exec')
    expect(profile).toContain('(deny default)')
    expect(profile).not.toContain('network')
    expect(profile!.match(/file-write\*.*/)![0]).toContain('"/data/job"')
    expect(profile!.match(/file-write\*.*/)![0]).not.toContain('/models/a')
  })
})

describe('an engine in the sandbox', () => {
  test.skipIf(whyNot)('works on its folder as it does outside, and dies with what put it there', async () => {
    const engine = new SupervisedProcess<typeof exactInferenceContract>({
      name: 'exact-inference',
      spawner: new NodeSpawner(),
      clock: systemClock,
      log,
      policy: () => ({ write: [folder], read: [] }),
    })
    expect(await engine.client.knownAnswer({ backend: 'cpu', threads: 1 })).toMatchObject({ exact: true })
    await engine.client.generateRows({ file: join(folder, 'rows.bin'), seed: `0x${'07'.repeat(32)}`, bytes: 1024 })
    expect((await engine.client.hash({ file: join(folder, 'rows.bin') })).bytes).toBe(1024)
    await expect(
      engine.client.hash({ file: join(import.meta.dirname, '../../../package.json') }),
    ).resolves.toBeDefined()
    await expect(engine.client.hash({ file: '/etc/passwd' })).rejects.toThrow()
    await expect(
      engine.client.generateRows({ file: join(tmpdir(), 'outside.bin'), seed: `0x${'07'.repeat(32)}`, bytes: 16 }),
    ).resolves.toBeDefined()
    expect(await treeMemory(engine.pid!)).toBeGreaterThan(20e6)
    const { pid } = engine
    await engine.stop()
    expect(await treeMemory(pid!)).toBeNull()
  })
})

test('a child that does not answer in time is ended, and the call says so', async () => {
  const engine = new SupervisedProcess<typeof exactInferenceContract>({
    name: 'exact-inference',
    spawner: new NodeSpawner(),
    clock: systemClock,
    log,
    limits: { silenceMs: 3_000 },
  })
  const died: string[] = []
  engine.events.on('died', (how) => died.push(how))
  // It answers in time at first, so what ends it is the work and not the start.
  expect(
    (await engine.client.hash({ file: join(import.meta.dirname, '../../../package.json') })).bytes,
  ).toBeGreaterThan(0)
  const terabyte = engine.client.generateRows({
    file: join(folder, 'rows.bin'),
    seed: `0x${'07'.repeat(32)}`,
    bytes: 2 ** 40,
  })
  await expect(terabyte).rejects.toMatchObject({ code: 'ENGINE_GONE' })
  expect(died).toEqual(['SIGKILL'])
  // The next call starts a fresh one.
  expect(
    (await engine.client.hash({ file: join(import.meta.dirname, '../../../package.json') })).bytes,
  ).toBeGreaterThan(0)
  await engine.stop()
}, 30_000)

test('a child that holds more memory than it may is ended', async () => {
  const glutton = 'const kept = []; setInterval(() => kept.push(Buffer.alloc(32 << 20, 1)), 20)'
  const spawner = {
    sandbox: null,
    spawn: () => {
      const child = spawn(process.execPath, ['-e', glutton], { stdio: 'ignore' })
      return {
        pid: child.pid,
        port: { on: () => {}, postMessage: () => {} },
        onExit: (listener: (how: string) => void) => void child.once('exit', (_, signal) => listener(String(signal))),
        kill: (signal?: 'SIGTERM' | 'SIGKILL') => void child.kill(signal),
      }
    },
  }
  const died: string[] = []
  const engine = new SupervisedProcess({
    name: 'exact-inference',
    spawner,
    clock: systemClock,
    log,
    limits: { memoryBytes: 300 << 20 },
  })
  engine.events.on('died', (how) => died.push(how))
  void engine.client
  await expect.poll(() => died, { timeout: 20_000 }).toEqual(['SIGKILL'])
})

test('a child that has been ended for good is not started by a call that comes late', async () => {
  const engine = new SupervisedProcess<typeof exactInferenceContract>({
    name: 'exact-inference',
    spawner: new NodeSpawner(),
    clock: systemClock,
    log,
  })
  const file = join(import.meta.dirname, '../../../package.json')
  expect((await engine.client.hash({ file })).bytes).toBeGreaterThan(0)
  await engine.end()
  expect(() => engine.client).toThrow('ended with the app')
  expect(engine.pid).toBeUndefined()
})

describe('a process that was taken over', () => {
  const GIB = 2 ** 30
  const curious = (memoryBytes: number, write: readonly string[] | null) => {
    const spawner = new NodeSpawner({ curation: [join(import.meta.dirname, '../../../test/support/curious-child.ts')] })
    return new SupervisedProcess<typeof curationContract>({
      name: 'curation',
      spawner,
      clock: systemClock,
      log,
      limits: { memoryBytes },
      policy: () => (spawner.sandbox && write ? { write, read: [], memoryBytes } : null),
    })
  }

  test.skipIf(whyNot)('sees its own work and no other’s, no key and no network', async () => {
    const [own, other] = [join(folder, '1'), join(folder, '2')]
    for (const job of [own, other]) {
      mkdirSync(job)
      writeFileSync(join(job, 'rows.jsonl'), 'x')
    }
    writeFileSync(join(folder, 'keystore.json'), '{}')
    const server = createServer((socket) => socket.destroy())
    const port = await new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port))
    })
    const child = curious(4 * GIB, [folder])
    try {
      const sees = (file: string) =>
        child.apart({ write: [own], read: [] }, async (it) => (await it.count({ file })).count === 1)
      expect(await sees(join(own, 'rows.jsonl'))).toBe(true)
      expect(await sees(join(other, 'rows.jsonl'))).toBe(false)
      expect(await sees(join(folder, 'keystore.json'))).toBe(false)
      expect(await sees('/etc/passwd')).toBe(false)
      expect(await sees(`port:${port}`)).toBe(false)
      // What is shown all of it does see all of it, so that the others are not refused for another reason.
      expect((await child.client.count({ file: join(other, 'rows.jsonl') })).count).toBe(1)
    } finally {
      server.close()
      await child.stop()
    }
  })

  test('that fills the memory dies alone, and whoever asked is told why', async () => {
    const child = curious(GIB / 2, null)
    const work = child.client.judge({ folder: 'slowly', choices: everything })
    await expect(work).rejects.toMatchObject({
      code: 'ENGINE_GONE',
      message: expect.stringContaining('more memory than it may') as string,
    })
    await child.stop()
  })

  test.skipIf(whyNot)('that fills it faster than anybody looks is stopped by the system', async () => {
    const child = curious(GIB / 2, [])
    let most = 0
    const watch = setInterval(() => {
      const { pid } = child
      if (pid !== undefined) void treeMemory(pid).then((bytes) => (most = Math.max(most, bytes ?? 0)))
    }, 10)
    await expect(child.client.judge({ folder: 'at once', choices: everything })).rejects.toMatchObject({
      code: 'MEMORY_FULL',
    })
    clearInterval(watch)
    expect(most).toBeLessThan(GIB)
    await child.stop()
  })
})
