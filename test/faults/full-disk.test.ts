import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { CheckpointStore } from '../../native/trainer/run/checkpoint.ts'
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
  `a full disk is named, loses nothing, and all goes on when there is room ` +
    `again${mounted ? '' : ' (skipped: no tmpfs may be mounted here)'}`,
  async () => {
    await using world = new World()
    const host = await world.launch(['serve', '--network', 'embedded'], join(disk, 'data'))
    const api = await world.api(host)
    await expect(
      api.market.prepareWork({ kind: 'exact-inference', request: { source: 'generated', net: 'small', rows: 1000 } }),
    ).rejects.toMatchObject({ code: 'NOT_ENOUGH_DISK' })
    fill(join(disk, 'ballast'))
    await expect(api.system.changeSettings({ theme: 'dark' })).rejects.toMatchObject({ code: 'DISK_FULL' })
    await expect(api.wallet.create({ passphrase: 'correct horse battery' })).rejects.toMatchObject({
      code: 'DISK_FULL',
    })
    expect((await api.system.settings({})).theme).toBe('system')
    expect((await api.system.overview({})).wallet.state).toBe('none')
    rmSync(join(disk, 'ballast'))
    await expect(api.system.changeSettings({ theme: 'dark' })).resolves.toMatchObject({ theme: 'dark' })
    await expect(api.wallet.create({ passphrase: 'correct horse battery' })).resolves.toMatchObject({ state: 'open' })
    await host.kill('SIGTERM')
  },
)

test.skipIf(!mounted)(
  'a checkpoint that finds no room is named, leaves those before it whole, and is written when there is room again',
  async () => {
    const store = new CheckpointStore(join(disk, 'checkpoints'))
    const vector = () => new Float32Array(50_000).fill(1.5)
    const at = (step: number) => ({ step, parameters: vector(), first: vector(), second: vector() })
    await store.write(at(10))
    fill(join(disk, 'ballast'))
    await expect(store.write(at(20))).rejects.toMatchObject({ code: 'DISK_FULL', details: { step: 20 } })
    expect(await store.steps()).toEqual([10])
    expect((await store.latest())?.step).toBe(10)
    rmSync(join(disk, 'ballast'))
    await store.write(at(20))
    expect((await store.latest())?.step).toBe(20)
  },
)
