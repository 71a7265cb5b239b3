/**
 * npm run bench:data [-- --mebibytes 256]: sealing, adding and exchanging, each as a share of what TCP, SHA-256 and the
 * disk allow in the same run; memory of a seeder with three clients; a slow line; four seeders; a kill -9 half way.
 */
import { execFileSync } from 'node:child_process'
import { randomBytes, randomFillSync } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { storageContract } from '../../common/children/storage.ts'
import { systemClock } from '../../main/core/clock.ts'
import { Log } from '../../main/core/log/log.ts'
import { appPath } from '../../main/core/resources.ts'
import { SupervisedProcess } from '../../main/core/processes/supervised.ts'
import { drain } from '../../main/core/streams.ts'
import { NodeSpawner } from '../../main/core/processes/node-spawner.ts'
import { SegmentWriter } from '../../main/processes/storage/hseg/segment-writer.ts'
import { ceiling } from './ceiling.ts'
import { slowLine } from './slow-line.ts'

const at = process.argv.indexOf('--mebibytes')
const mebibytes = at < 0 ? 256 : Number(process.argv[at + 1])
const MIB = 2 ** 20
const SLOW = 256 * 1024
/** Of a dataset of this size. */
const SEGMENT = 2 ** 15
const folder = mkdtempSync(join(tmpdir(), 'hearth-bench-data-'))
const log = new Log(() => {})
/** The bundle that the app runs: a checkout's sources take memory to be read. */
const spawner = new NodeSpawner({ storage: [appPath('out', 'main', 'storage.js')] })
type Storage = SupervisedProcess<typeof storageContract>
const all: Storage[] = []

async function storage(name: string): Promise<Storage> {
  const it: Storage = new SupervisedProcess<typeof storageContract>({
    name: 'storage',
    spawner,
    clock: systemClock,
    log,
  })
  all.push(it)
  await begin(it, name)
  return it
}
const begin = (it: Storage, name: string) =>
  it.client.start({ folder: join(folder, name), listen: ['/ip4/127.0.0.1/tcp/0'], mdns: false, bootstrap: [] })
const addressOf = async (it: Storage): Promise<string> => (await it.client.status({})).addresses[0]!
const peak = (it: Storage): number =>
  Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${it.pid!}/status`, 'utf8'))![1]) / 1024

async function randomFile(name: string, count: number): Promise<string> {
  const path = join(folder, name)
  await using file = await open(path, 'w')
  const block = Buffer.alloc(MIB)
  for (let i = 0; i < count; i++) await file.write(randomFillSync(block))
  return path
}

/** What was written before is on the disk first, so that each step pays for its own bytes alone. */
async function timed<T>(work: () => Promise<T>, bytes: number): Promise<{ result: T; rate: number }> {
  if (process.platform === 'linux') execFileSync('sync')
  const begun = performance.now()
  const result = await work()
  return { result, rate: bytes / 1e6 / ((performance.now() - begun) / 1000) }
}
async function encrypt(count: number): Promise<void> {
  const [key, dataset, plain] = [randomBytes(32), randomBytes(32), randomBytes((MIB / SEGMENT) * (SEGMENT - 16))]
  const writer = new SegmentWriter(key, dataset, SEGMENT, count * (MIB / SEGMENT), null)
  for (let i = 0; i < count; i++) await writer.seal(plain)
}
const say = (line: string): void => void process.stdout.write(`${line}\n`)

try {
  const size = mebibytes * MIB
  const file = await randomFile('file.bin', mebibytes)
  const { result: top } = await timed(() => ceiling(join(folder, 'ceiling.bin'), mebibytes), size)
  say(`ceiling (TCP + SHA-256 + write): ${top.toFixed(0)} MB/s`)

  const encrypted = await timed(() => encrypt(mebibytes), size)
  say(`encrypt, segment by segment, no disk: ${encrypted.rate.toFixed(0)} MB/s (goal: 1000)`)

  const seller = await storage('seller')
  const sealed = await timed(
    async () =>
      drain(
        await seller.client.seal({
          path: file,
          out: join(folder, 'sealed'),
          key: null,
          salt: null,
          previous: null,
          first: null,
        }),
      ),
    size,
  )
  say(`seal: ${sealed.rate.toFixed(0)} MB/s, ${(sealed.rate / top).toFixed(2)} of the ceiling`)
  const opened = await timed(
    async () => drain(await seller.client.verify({ package: join(folder, 'sealed'), key: sealed.result.key })),
    size,
  )
  say(`open and verify: ${opened.rate.toFixed(0)} MB/s, ${(opened.rate / top).toFixed(2)} of the ceiling`)
  const added = await timed(
    async () => drain(await seller.client.add({ path: join(folder, 'sealed'), name: 'sealed' })),
    size,
  )
  say(`add: ${added.rate.toFixed(0)} MB/s, ${(added.rate / top).toFixed(2)} of the ceiling`)
  const { cid } = added.result

  // A seeder that has only just started, as after a restart: what adding took is not in its memory.
  await seller.restart()
  await begin(seller, 'seller')
  const address = await addressOf(seller)
  const fetchTo = async (it: Storage) => drain(await it.client.fetch({ cid, from: [address] }))
  const client = await storage('one')
  const one = await timed(() => fetchTo(client), size)
  say(
    `exchange, one client: ${one.rate.toFixed(0)} MB/s, ${(one.rate / top).toFixed(2)} of the ceiling (goal: 100 MB/s)`,
  )
  const clients = await Promise.all(['three-a', 'three-b', 'three-c'].map(storage))
  const three = await timed(() => Promise.all(clients.map(fetchTo)), 3 * size)
  say(
    `exchange, three clients at once: ${three.rate.toFixed(0)} MB/s together; seeder's highest memory ` +
      `${peak(seller).toFixed(0)} MiB (goal: 300)`,
  )

  const small = await randomFile('small.bin', 16)
  const slow = drain(await seller.client.add({ path: small, name: 'small' }))
  const line = await slowLine(Number(/tcp\/(\d+)/.exec(address)![1]), SLOW)
  const patient = await storage('patient')
  const smallCid = (await slow).cid
  const trickle = await timed(
    async () =>
      drain(await patient.client.fetch({ cid: smallCid, from: [address.replace(/tcp\/\d+/, `tcp/${line.port}`)] })),
    16 * MIB,
  )
  say(
    `through a line of ${SLOW / 1024} KB/s: ${((trickle.rate * 1e6) / 1024).toFixed(0)} KB/s, ` +
      `${((trickle.rate * 1e6) / SLOW).toFixed(3)} of it (goal: 0.90); ${(line.sent() / (16 * MIB)).toFixed(3)}× ` +
      `the bytes`,
  )
  line.close()

  const seeders = await Promise.all(['w', 'x', 'y', 'z'].map(storage))
  for (const it of seeders) await drain(await it.client.add({ path: join(folder, 'sealed'), name: 'sealed' }))
  const many = await storage('many')
  const from = await Promise.all(seeders.map(addressOf))
  const four = await timed(async () => drain(await many.client.fetch({ cid, from })), size)
  const given = (await Promise.all(seeders.map((it) => it.client.status({})))).map(({ served }) => served)
  say(
    `four seeders: ${four.rate.toFixed(0)} MB/s, ` +
      `${(given.reduce((sum, it) => sum + it, 0) / four.result.bytes).toFixed(3)}× the bytes (goal: 1.05), ` +
      `${given.map((it) => Math.round((100 * it) / four.result.bytes)).join('/')} %`,
  )

  const before = (await seeders[0]!.client.status({})).served
  const killed = await storage('killed')
  await (async () => {
    for await (const { bytes } of await killed.client.fetch({ cid, from: [from[0]!] }))
      if (bytes > size / 3) process.kill(killed.pid!, 'SIGKILL')
  })().catch(() => {})
  await begin(killed, 'killed')
  const again = await drain(await killed.client.fetch({ cid, from: [from[0]!] }))
  const cost = (await seeders[0]!.client.status({})).served - before
  say(
    `client killed (-9) after a third: ${again.fetchedBytes} bytes were left to fetch, ${cost - again.bytes} bytes ` +
      `were given twice (${((cost - again.bytes) / MIB).toFixed(1)} MiB; at most 4 blocks are under way)`,
  )
  const halfway = await storage('halfway')
  let shot = false
  const last = await drain(await halfway.client.fetch({ cid, from }), ({ bytes }) => {
    if (bytes > size / 3 && !shot) process.kill(seeders[0]!.pid!, ((shot = true), 'SIGKILL'))
  })
  say(`one of four seeders killed (-9) half way: whole, ${last.refetchedBytes} bytes received twice`)
} finally {
  await Promise.all(all.map((it) => it.stop()))
  rmSync(folder, { recursive: true, force: true })
}
