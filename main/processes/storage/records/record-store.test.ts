import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FsDatastore } from 'datastore-fs'
import { Key } from 'interface-datastore/key'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { RecordStore, type RecordLimits } from './record-store.ts'

const limits: RecordLimits = {
  bytesEach: 1000,
  ofOne: { records: 20, bytes: 4000 },
  all: { records: 100, bytes: 20_000 },
  lastsMs: 1000,
}
const SLACK = 32
let folder: string
let now: number
let store: RecordStore

const open = () => RecordStore.open(folder, 'me', limits, () => now)
const bring = (peer: string, key: string, bytes = 10): void => {
  store.broughtBy(peer, () => store.put(new Key(key), new Uint8Array(bytes)))
}
const count = (prefix: string): number => [...store._all({ prefix })].length

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hearth-records-'))
  now = 0
  store = await open()
})
afterEach(() => {
  store.close()
  rmSync(folder, { recursive: true, force: true })
})

test('one stranger’s records push out its own, the oldest first, and nobody else’s', () => {
  bring('honest', '/dht/record/honest')
  for (let i = 0; i < 500; i++) {
    now++
    bring('spammer', `/dht/record/spam-${i}`)
  }
  expect(count('/dht/record/spam')).toBeLessThanOrEqual(20)
  expect(store.has(new Key('/dht/record/spam-499'))).toBe(true)
  for (let i = 0; i < 50; i++) bring('fat spammer', `/dht/record/fat-${i}`, 900)
  expect(count('/dht/record/fat')).toBeLessThanOrEqual(4)
  expect(store.has(new Key('/dht/record/honest'))).toBe(true)
  expect(() => bring('spammer', '/dht/record/huge', 2000)).toThrow('at most 1000 bytes')
})

test('all strangers together have a limit; what is the node’s own stays whatever they bring', () => {
  store.put(new Key('/pkcs8/catalogue'), new Uint8Array(5))
  store.put(new Key('/dht/provider/cid/me'), new Uint8Array(5))
  store.put(new Key('/dht/record/name'), new Uint8Array(5))
  store.put(new Key('/ipns/metadata/name'), new Uint8Array(5))
  for (let i = 0; i < 3000; i++) bring(`sybil ${i}`, `/dht/provider/cid-${i}/sybil-${i}`)
  for (let i = 0; i < 300; i++) store.put(new Key(`/peers/${i}`), new Uint8Array(10))
  const { records, bytes } = store.strange
  expect(records).toBeLessThanOrEqual(limits.all.records + SLACK)
  expect(bytes).toBeLessThanOrEqual(limits.all.bytes + SLACK * limits.bytesEach)
  for (const own of ['/pkcs8/catalogue', '/dht/provider/cid/me', '/dht/record/name'])
    expect(store.has(new Key(own))).toBe(true)
  bring('sybil', '/dht/record/name', 7)
  expect(store.get(new Key('/dht/record/name'))).toHaveLength(5)
})

test('records grow old', () => {
  for (let i = 0; i < 40; i++) bring(`peer ${i}`, `/dht/record/${i}`)
  now = 5000
  for (let i = 0; i < 40; i++) bring(`peer ${i}`, `/dht/record/new-${i}`)
  expect(store.strange.records).toBeLessThanOrEqual(40)
})

test('a folder with a file a record is taken over: the node’s own names and keys, not what strangers left', async () => {
  store.close()
  rmSync(folder, { recursive: true, force: true })
  const old = new FsDatastore(join(folder, 'records'))
  await old.open()
  const own = ['/pkcs8/catalogue', '/info/catalogue', '/dht/provider/cid/me', '/dht/record/mine', '/ipns/metadata/mine']
  for (const key of own) await old.put(new Key(key), Uint8Array.of(1, 2, 3))
  for (let i = 0; i < 200; i++) await old.put(new Key(`/dht/record/spam${i}`), new Uint8Array(100))
  await old.close()
  store = await open()
  for (const key of own) expect([...store.get(new Key(key))]).toEqual([1, 2, 3])
  expect(count('/')).toBe(own.length)
  expect(existsSync(join(folder, 'records'))).toBe(false)
  expect(readdirSync(folder).filter((name) => !statSync(join(folder, name)).isFile())).toEqual([])
})
