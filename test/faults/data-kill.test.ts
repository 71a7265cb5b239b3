import { randomBytes } from 'node:crypto'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { World } from '../support/processes.ts'

const MIB = 2 ** 20
const SIZE = 40 * MIB
/** Slow enough to be met half way. */
const RATE = 10 * MIB

interface Fetched {
  readonly bytes: number
  readonly seconds: number
  readonly refetchedBytes: number
  readonly fetchedBytes: number
  readonly path: string
}

/** Bytes of blocks that lie in a data folder. */
function stored(dataDir: string): number {
  try {
    return statSync(join(dataDir, 'storage', 'blocks', '000000.pack')).size
  } catch {
    return 0
  }
}

async function setting(world: World) {
  const file = join(world.folder, 'life.bin')
  writeFileSync(file, randomBytes(SIZE))
  const sellerDir = join(world.folder, 'seller')
  const sealed = join(world.folder, 'sealed')
  await (await world.launch(['data', 'encrypt', file, '--out', sealed], sellerDir)).kill('SIGTERM')
  const seed = () => world.launch(['data', 'seed', sealed, '--rate', String(RATE)], sellerDir)
  const seller = await seed()
  const { cid, addrs } = seller.ready as unknown as { cid: string; addrs: string[] }
  const buyerDir = join(world.folder, 'buyer')
  const fetch = (out: string) =>
    world.launch(
      ['data', 'fetch', cid, '--out', join(world.folder, out), '--peer', addrs[0]!, '--key', `${sealed}.key.json`],
      buyerDir,
    )
  return { file, seller, seed, fetch, buyerDir }
}

test('a fetch that is killed with -9 goes on where it was, and what it opens is what was sealed', async () => {
  await using world = new World()
  const { file, seller, fetch, buyerDir } = await setting(world)
  expect(seller.ready).toMatchObject({ encrypted: true, blocks: 44 })
  const first = fetch('first').then(
    () => 'finished',
    () => 'killed',
  )
  await expect.poll(() => stored(buyerDir), { timeout: 60_000, interval: 50 }).toBeGreaterThan(12 * MIB)
  world.newest().kill('SIGKILL')
  expect(await first).toBe('killed')
  const kept = stored(buyerDir)

  const { ready } = await fetch('second')
  const { bytes, refetchedBytes, fetchedBytes, path } = ready as unknown as Fetched
  expect(refetchedBytes).toBe(0)
  expect(fetchedBytes).toBeLessThan(bytes - kept + 2 * MIB)
  expect(readFileSync(join(path, 'life.bin')).equals(readFileSync(file))).toBe(true)
}, 180_000)

test('a seeder that is killed with -9 and comes back is asked on, and nothing is fetched twice', async () => {
  await using world = new World()
  const { file, seller, seed, fetch, buyerDir } = await setting(world)
  const fetching = fetch('out')
  await expect.poll(() => stored(buyerDir), { timeout: 60_000, interval: 50 }).toBeGreaterThan(12 * MIB)
  await seller.kill('SIGKILL')
  await seed()
  const { bytes, refetchedBytes, path } = (await fetching).ready as unknown as Fetched
  expect(bytes).toBeGreaterThan(SIZE)
  expect(refetchedBytes).toBe(0)
  expect(readFileSync(join(path, 'life.bin')).equals(readFileSync(file))).toBe(true)
}, 180_000)
