import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { hearth, lastLine } from '../support/command-line.ts'
import { fill } from '../support/fill.ts'
import { World } from '../support/processes.ts'

/** A small disk of our own, where the system lets us have one. */
const disk = mkdtempSync(join(tmpdir(), 'hearth-disk-'))
const mounted =
  process.platform === 'linux' && spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=32m', 'tmpfs', disk]).status === 0
afterAll(() => {
  if (mounted) spawnSync('umount', ['-l', disk])
  rmSync(disk, { recursive: true, force: true })
})

test.skipIf(!mounted)(
  `a command joins a host on a full disk; without a host it says that the disk is ` +
    `full${mounted ? '' : ' (skipped: no tmpfs may be mounted here)'}`,
  async () => {
    await using world = new World()
    const dataDir = join(disk, 'data')
    const host = await world.launch(['serve', '--network', 'embedded'], dataDir)
    fill(join(disk, 'ballast'))
    expect(await hearth('wallet', 'status', '--data-dir', dataDir)).toMatchObject({ code: 0, err: '' })
    rmSync(join(disk, 'ballast'))
    await host.kill('SIGTERM')

    const empty = join(disk, 'empty')
    mkdirSync(empty)
    fill(join(disk, 'ballast'))
    const refused = await hearth('wallet', 'status', '--json', '--data-dir', empty)
    expect(refused.code).toBe(3)
    expect(lastLine(refused)).toMatchObject({ error: { code: 'DISK_FULL' } })
    rmSync(join(disk, 'ballast'))
    expect(await hearth('wallet', 'status', '--data-dir', empty)).toMatchObject({ code: 0 })
    expect(readdirSync(empty).filter((name) => name.includes('sock'))).toEqual([])
  },
)
