import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { keccak256, toUtf8Bytes } from 'ethers'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { HearthError } from '../../../../common/errors/index.ts'
import type { MachineRow } from '../../../../common/model/market.ts'
import { openDatabase, type Db } from '../../../core/db/open.ts'
import { Log } from '../../../core/log/log.ts'
import { PeerNode } from '../../../processes/peer/node.ts'
import { DocumentStore, machineRoute, machineTables } from '../../machine/hardware/index.ts'
import { keyOfPeerId, peerIdOfKey, type Ask } from '../../peers/index.ts'
import { HardwareInquiry } from './hardware-inquiry.ts'

const text = JSON.stringify({
  version: 1,
  report: {
    processor: 'Some processor',
    physicalCores: 4,
    logicalCores: 8,
    memoryBytes: 2 ** 34,
    graphics: [],
    system: 'Debian GNU/Linux 13',
    architecture: 'x64',
  },
  benchmark: {},
  isolation: 'sandbox',
})
const specOf = (of: string): string => keccak256(toUtf8Bytes(of))
const told = { state: 'told', document: JSON.parse(text) as unknown, score: null }

let folder: string
let db: Db
let customer: PeerNode
const nodes: PeerNode[] = []
let asked: string[] = []

/** A peer that gives these bytes for whatever it is asked; it says nothing for null. */
async function peer(name: string, body: string | null, limits = machineRoute.limits): Promise<PeerNode> {
  const node = await PeerNode.start(
    {
      folder: join(folder, name),
      listen: ['/ip4/127.0.0.1/tcp/0'],
      mdns: false,
      bootstrap: [],
      relays: [],
      routes: [limits],
    },
    (_protocol, _peerId, { message }) => {
      asked.push(`${name} ${String(message['spec'])}`)
      return body === null ? new Promise(() => {}) : Promise.resolve({ message: {}, body: Buffer.from(body) })
    },
  )
  nodes.push(node)
  return node
}
const machineOf = (id: number, node: PeerNode, spec = specOf(text)): MachineRow => ({
  id,
  owner: `0x${'11'.repeat(20)}`,
  state: 'live',
  spec,
  peer: keyOfPeerId(node.status().peerId),
  addresses: node.status().addresses,
  done: 0,
  failed: 0,
  fulfilment: 0.5,
  payingBuyers: 0,
  paidSeconds: 0,
})

/** Over real lines, with a shorter time limit. */
const overTheLine =
  ({ peer: key, addresses }: { readonly peer: string; readonly addresses: readonly string[] }): Ask =>
  async ({ limits: { protocol } }, _subject, message) => {
    const given = await customer.request(
      { protocol, peerId: peerIdOfKey(key), addresses },
      { message: { ...message }, body: null },
      1_000,
    )
    const { error, reason } = given.message
    if (error !== undefined)
      throw new HearthError('PEER_REFUSED', JSON.stringify(reason), { peerCode: JSON.stringify(error) })
    return { message: {} as never, body: given.body && Buffer.from(given.body) }
  }

let now = 0
const inquiry = (ask = overTheLine, own: () => boolean = () => false): HardwareInquiry =>
  new HardwareInquiry({
    ask,
    documents: new DocumentStore(db),
    own,
    documentOf: async () => null,
    log: new Log(() => {}),
    now: () => now,
  })
const settles = (of: HardwareInquiry, machine: MachineRow) => expect.poll(() => of.of(machine), { interval: 20 })

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hearth-inquiry-'))
  customer = await peer('customer', null)
})
beforeEach(async () => {
  asked = []
  now = 0
  db = await openDatabase(join(folder, 'hearth.db'), join(folder, 'none'), new Log(() => {}), [machineTables])
})
afterEach(() => {
  db.exec('delete from machine_documents')
  db.close()
})
afterAll(async () => {
  await Promise.all(nodes.map((node) => node.stop()))
  rmSync(folder, { recursive: true })
})

test('a machine’s answer is kept and never asked for again, by whatever number it is on offer', async () => {
  const honest = await peer('honest', text)
  const first = inquiry()
  expect(first.of(machineOf(1, honest))).toEqual({ state: 'asking' })
  await settles(first, machineOf(1, honest)).toEqual(told)
  expect(inquiry().of(machineOf(2, honest))).toEqual(told)
  expect(asked).toEqual([`honest ${specOf(text)}`])
})

test.each<[string, string, string]>([
  ['that differs from what was registered', text.replace('17179869184', '99999999999'), specOf(text)],
  [
    'that is more than was registered',
    text.replace('"system"', '"serial":"1","system"'),
    specOf(text.replace('"system"', '"serial":"1","system"')),
  ],
  ['that is no document, though it was registered', 'hello', specOf('hello')],
  ['without a document', '', specOf(text)],
])('an answer %s is refused, and nothing of it is kept', async (what, body, spec) => {
  const machine = machineOf(1, await peer(what, body), spec)
  await settles(inquiry(), machine).toEqual({ state: 'refused' })
  expect(new DocumentStore(db).get(spec)).toBeNull()
})

test('a giant answer is refused at its length', async () => {
  const giant = 'x'.repeat(200_000)
  const machine = machineOf(
    1,
    await peer('giant', giant, { ...machineRoute.limits, bodyBytes: 400_000 }),
    specOf(giant),
  )
  await settles(inquiry(), machine).toEqual({ state: 'refused' })
})

test('silence is said', async () => {
  await settles(inquiry(), machineOf(1, await peer('silent', null))).toEqual({ state: 'silent' })
})

test('who did not answer is asked again after growing delays, and meanwhile nothing else is said of it', async () => {
  const asking = vi.fn(async () => {
    throw new HearthError('PEER_UNREACHABLE', 'gone')
  })
  const one = inquiry(() => asking as Ask)
  expect(one.of(machineOf(1, customer))).toEqual({ state: 'asking' })
  for (const [pause, times] of [
    [0, 1],
    [29_999, 1],
    [1, 2],
    [59_999, 2],
    [1, 3],
  ] as const) {
    await setImmediate()
    now += pause
    expect(one.of(machineOf(1, customer))).toEqual({ state: 'silent' })
    await setImmediate()
    expect(asking).toHaveBeenCalledTimes(times)
  }
})

test('a machine that refuses, or does not know the question, has told nothing', async () => {
  const asking = vi.fn(async () => {
    throw new HearthError('NOT_FOUND', 'no such document', { peerCode: 'NOT_FOUND' })
  })
  await settles(
    inquiry(() => asking as Ask),
    machineOf(1, customer),
  ).toEqual({ state: 'untold' })
  const older = await peer('older', text, { ...machineRoute.limits, protocol: 'health/1' })
  await settles(inquiry(), machineOf(1, older)).toEqual({ state: 'untold' })
})

test('this machine is not asked over the line', async () => {
  const asking = vi.fn()
  await settles(
    inquiry(
      () => asking as Ask,
      () => true,
    ),
    machineOf(1, customer),
  ).toEqual({ state: 'untold' })
  expect(asking).not.toHaveBeenCalled()
})

test('hundreds of offers are listed at once, and four machines asked at a time', async () => {
  const answers: (() => void)[] = []
  const asking = vi.fn(
    () =>
      new Promise<never>((_resolve, reject) => answers.push(() => reject(new HearthError('PEER_UNREACHABLE', 'gone')))),
  )
  const all = inquiry(() => asking as Ask)
  const machines = Array.from({ length: 300 }, (_, id) => machineOf(id, customer))
  for (const machine of machines) expect(all.of(machine)).toEqual({ state: 'asking' })
  await expect.poll(() => asking.mock.calls.length).toBe(4)
  answers[0]!()
  await expect.poll(() => asking.mock.calls.length).toBe(5)
})

test('once it is stopped nobody else is asked, and what comes then is dropped', async () => {
  const answers: ((text: string) => void)[] = []
  const asking = vi.fn(
    () => new Promise((resolve) => answers.push((given) => resolve({ message: {}, body: Buffer.from(given) }))),
  )
  const one = inquiry(() => asking as Ask)
  for (let id = 0; id < 5; id++) one.of(machineOf(id, customer))
  await one.stop()
  for (const answer of answers) answer(text)
  await setImmediate()
  expect(asking).toHaveBeenCalledTimes(4)
  expect(new DocumentStore(db).get(specOf(text))).toBeNull()
})
