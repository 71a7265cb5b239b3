import { randomBytes } from 'node:crypto'
import { appendFileSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CID } from 'multiformats/cid'
import * as raw from 'multiformats/codecs/raw'
import { sha256, sha512 } from 'multiformats/hashes/sha2'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { PackStore } from './pack-store.ts'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'hearth-pack-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

async function block(bytes = randomBytes(1000)): Promise<{ cid: CID; bytes: Uint8Array }> {
  return { cid: CID.createV1(raw.code, await sha256.digest(bytes)), bytes }
}
const packs = () =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.pack'))
    .map((name) => join(folder, name))

test('gives back what it was given, also after it was closed', async () => {
  const blocks = await Promise.all(Array.from({ length: 50 }, (_, i) => block(randomBytes(i * 37))))
  {
    const store = await PackStore.open(folder)
    await Promise.all(blocks.map(({ cid, bytes }) => store.put(cid, bytes)))
    for (const { cid, bytes } of blocks) expect(Buffer.from(await store.read(cid)).equals(bytes)).toBe(true)
    await store.close()
  }
  const store = await PackStore.open(folder)
  for (const { cid, bytes } of blocks) expect(Buffer.from(await store.read(cid)).equals(bytes)).toBe(true)
  expect(store.size()).toEqual({ blocks: 50, bytes: blocks.reduce((sum, { bytes }) => sum + bytes.length, 0) })
  const strange = await block()
  expect(store.has(strange.cid)).toBe(false)
  await expect(store.read(strange.cid)).rejects.toThrow(/no block/)
  await store.close()
})

test('a killed process loses no block that was written, and what was half written is cut off', async () => {
  const kept = await Promise.all(Array.from({ length: 20 }, () => block()))
  const store = await PackStore.open(folder)
  for (const { cid, bytes } of kept) await store.put(cid, bytes)
  await store.close()
  // As a kill leaves it: the pack has the blocks, the index does not know the last of them, and one is not whole.
  const db = new Database(join(folder, 'index.db'))
  db.exec('delete from blocks where at > (select at from blocks order by at limit 1 offset 11)')
  db.close()
  const whole = statSync(packs()[0]!).size
  appendFileSync(packs()[0]!, randomBytes(500))

  const again = await PackStore.open(folder)
  expect(again.size().blocks).toBe(20)
  for (const { cid, bytes } of kept) expect(Buffer.from(await again.read(cid)).equals(bytes)).toBe(true)
  expect(statSync(packs()[0]!).size).toBe(whole)
  const more = await block()
  await again.put(more.cid, more.bytes)
  expect(Buffer.from(await again.read(more.cid)).equals(more.bytes)).toBe(true)
  await again.close()
})

test('compacting frees what is not kept, and the rest is there still', async () => {
  const store = await PackStore.open(folder)
  const blocks = await Promise.all(Array.from({ length: 30 }, () => block(randomBytes(10_000))))
  for (const { cid, bytes } of blocks) await store.put(cid, bytes)
  const wanted = new Set(
    blocks.filter((_, i) => i % 3 === 0).map(({ cid }) => Buffer.from(cid.multihash.digest).toString('hex')),
  )
  expect(await store.compact((digest) => wanted.has(Buffer.from(digest).toString('hex')))).toBe(200_000)
  expect(packs().reduce((sum, file) => sum + statSync(file).size, 0)).toBeLessThan(110_000)
  await store.close()
  const again = await PackStore.open(folder)
  for (const [i, { cid, bytes }] of blocks.entries()) {
    expect(again.has(cid)).toBe(i % 3 === 0)
    if (i % 3 === 0) expect(Buffer.from(await again.read(cid)).equals(bytes)).toBe(true)
  }
  await again.close()
})

test('one process at a time', async () => {
  const store = await PackStore.open(folder)
  await expect(PackStore.open(folder)).rejects.toMatchObject({ code: 'DATA_IN_USE' })
  await store.close()
  await (await PackStore.open(folder)).close()
})

test('blocks of another hash are refused', async () => {
  const store = await PackStore.open(folder)
  const bytes = randomBytes(10)
  await expect(store.put(CID.createV1(raw.code, await sha512.digest(bytes)), bytes)).rejects.toMatchObject({
    code: 'BAD_INPUT',
  })
  await store.close()
})
