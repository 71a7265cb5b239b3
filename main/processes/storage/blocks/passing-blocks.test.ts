import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CID } from 'multiformats/cid'
import * as raw from 'multiformats/codecs/raw'
import * as Digest from 'multiformats/hashes/digest'
import { expect, test } from 'vitest'
import { PassingBlocks } from './passing-blocks.ts'

const BLOCK = 10_000

test('blocks that nobody keeps have so much of the disk; the newest stay', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hearth-passing-'))
  let most = 10 * BLOCK
  const passing = await PassingBlocks.open(folder, () => most)
  const put = async (): Promise<CID> => {
    const block = randomBytes(BLOCK)
    const cid = CID.createV1(raw.code, Digest.create(0x12, createHash('sha256').update(block).digest()))
    await passing.put(cid, block)
    return cid
  }
  let last: CID | undefined
  for (let i = 0; i < 100; i++) {
    last = await put()
    expect(passing.bytes).toBeLessThanOrEqual(most)
    expect((await passing.read(last)).length).toBe(BLOCK)
  }
  expect(last && passing.has(last)).toBe(true)
  const onDisk = readdirSync(folder)
    .filter((name) => name.endsWith('.pack'))
    .reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
  expect(onDisk).toBeLessThanOrEqual(most * 1.1)
  // The owner’s own data needs the room.
  most = 0
  await put()
  expect(passing.bytes).toBe(0)
  await passing.close()
  rmSync(folder, { recursive: true, force: true })
})
