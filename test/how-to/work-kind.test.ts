import { createServer, type Server } from 'node:net'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import * as z from 'zod'
import type { OrderRow } from '../../common/model/market.ts'
import { systemClock } from '../../main/core/clock.ts'
import { openDatabase, type Db } from '../../main/core/db/open.ts'
import { Emitter } from '../../main/core/events.ts'
import { JobStore } from '../../main/core/jobs.ts'
import { Log } from '../../main/core/log/log.ts'
import { systemSandbox } from '../../main/core/processes/sandbox.ts'
import { SupervisedProcess } from '../../main/core/processes/supervised.ts'
import { ComputeProviderWorkflow, WorkStore } from '../../main/features/market/compute/index.ts'
import { dataPaths } from '../../main/core/paths.ts'
import { NodeSpawner } from '../../main/core/processes/node-spawner.ts'
import {
  createWorkRegistry,
  sandboxOf,
  type MachineFacts,
  type SecondsKind,
  type WorkRegistry,
} from '../../main/work/index.ts'
import { primesContract } from './work-kind/count-primes/engine.ts'
import { countPrimes, countPrimesSandbox } from './work-kind/count-primes/index.ts'

const root = join(import.meta.dirname, '../..')
const fixture = join(import.meta.dirname, 'work-kind/count-primes')
const warned: string[] = []
const log = new Log(({ fields }) => void warned.push(JSON.stringify(fields)))
const spec = { version: 1, kind: 'count-primes', stride: 100, strides: 50 }
const machine: MachineFacts = {
  pricePerSecond: 1000n,
  freeMemory: 2 ** 30,
  freeDisk: 2 ** 30,
  operationsPerSecond: null,
}

let folder: string
let work: string
let engine: SupervisedProcess<typeof primesContract>
let kinds: WorkRegistry

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hearth-kind-'))
  work = join(folder, 'serving')
  mkdirSync(join(work, '7'), { recursive: true })
  writeFileSync(join(work, '7', 'spec.json'), JSON.stringify(spec))
  const spawner = new NodeSpawner({ 'exact-inference': [join(fixture, 'engine.ts')] })
  const { policy, limits } = sandboxOf(countPrimesSandbox, {
    work: { write: [work], read: [] },
    resources: { 'base-models': () => [] },
  })
  engine = new SupervisedProcess<typeof primesContract>({
    name: 'exact-inference',
    contract: primesContract,
    spawner,
    clock: systemClock,
    log,
    limits,
    policy: () => (spawner.sandbox ? policy() : null),
  })
  kinds = createWorkRegistry([countPrimes(engine)])
})
afterEach(async () => {
  await engine.stop()
  rmSync(folder, { recursive: true, force: true })
})

const compute = async (): Promise<number[]> => {
  const { kind, spec: read } = kinds.read(spec)
  const done: number[] = []
  for await (const progress of kind.execute({ folder: join(work, '7'), spec: read }, new AbortController().signal))
    done.push(kind.progressed(read, progress).done)
  return done
}

describe('a kind of work that was added by the page', () => {
  test('has the files that the page names, and nothing of the product names it', () => {
    const page = readFileSync(join(root, 'docs/adding-a-work-kind.md'), 'utf8')
    const named = [...page.matchAll(/^\| `(\w+\.ts)` \|/gm)].map(([, file = '']) => file)
    expect(readdirSync(fixture).toSorted()).toEqual(named.toSorted())
    for (const room of ['common', 'main', 'native', 'renderer', 'resources/locales'])
      for (const file of readdirSync(join(root, room), { recursive: true, withFileTypes: true }))
        if (file.isFile() && /\.(tsx?|json)$/.test(file.name))
          expect(readFileSync(join(file.parentPath, file.name), 'utf8').includes('count-primes'), file.name).toBe(false)
  })

  test('is quoted, and what does not fit is refused in words', async () => {
    const { kind, spec: read } = kinds.read(spec)
    expect(await kind.quote(read, machine)).toMatchObject({ refusal: null, price: 1000n, diskBytes: 200 })
    expect(await kind.quote(read, { ...machine, freeMemory: 1 })).toMatchObject({
      refusal: { code: 'DOES_NOT_FIT', why: expect.stringContaining('memory') as unknown },
    })
  })

  test('refuses a bad specification in words, as the registry does an unknown kind', () => {
    expect(() => kinds.read({ ...spec, strides: 0 })).toThrow(/bad count-primes: .*strides/s)
    expect(() => kinds.read({ kind: 'mine-gold' })).toThrow('does no work of the kind “mine-gold”')
    expect(() => kinds.read({ kind: 'toString' })).toThrow('does no work of the kind “toString”')
    expect(() => kinds.read('count-primes')).toThrow('does not say of which kind it is')
  })

  test('is ordered: its form is made of its schema, and the same work is made ready once', async () => {
    expect(kinds.orders[0]?.form).toEqual([
      {
        source: null,
        fields: [
          {
            name: 'upTo',
            title: 'Count primes up to',
            help: null,
            required: false,
            type: 'whole',
            least: 10,
            most: 10_000_000,
            initial: 1000,
          },
        ],
      },
    ])
    const store = new WorkStore(dataPaths(folder))
    const { kind, request } = kinds.request('count-primes', { upTo: 500 })
    const prepared = await store.prepare(kind, request)
    const wanted = { ...spec, stride: 10 }
    expect(prepared).toEqual({ hash: kind.hash(wanted), spec: wanted })
    expect(await store.prepare(kind, request)).toEqual(prepared)
    expect(await store.adopt(prepared.hash, 9)).toEqual(prepared.spec)
    expect(readdirSync(join(folder, 'work'))).toEqual([prepared.hash])
  })

  test('refuses a request that it does not understand whole', () => {
    expect(() => kinds.request('count-primes', { upTo: 5 })).toThrow(/bad count-primes: .*upTo/s)
    expect(() => kinds.request('count-primes', { upTo: 500, twins: true })).toThrow(/twins/)
    expect(() => kinds.request('mine-gold', {})).toThrow('does no work of the kind “mine-gold”')
  })

  test('cannot be registered with requests that no form can be made of', () => {
    const request = z.strictObject({ primes: z.array(z.int()).meta({ title: 'Which' }) })
    expect(() => createWorkRegistry([{ ...countPrimes(engine), request } as SecondsKind])).toThrow('“primes”')
  })

  test('cannot be registered twice, or settled by what no contract settles', () => {
    const kind = countPrimes(engine)
    expect(() => createWorkRegistry([kind, kind])).toThrow('two kinds of work called “count-primes”')
    expect(() => createWorkRegistry([{ ...kind, settlement: 'metered' }])).toThrow('no contract settles metered work')
  })

  test('is executed with progress, and what was done is not done again', async () => {
    expect((await compute()).at(-1)).toBe(50)
    const outputs = readFileSync(join(work, '7', 'outputs.bin'))
    expect(outputs).toHaveLength(200)
    // 168 primes up to 1000 and 669 up to 5000.
    expect([outputs.readUInt32LE(9 * 4), outputs.readUInt32LE(49 * 4)]).toEqual([168, 669])
    writeFileSync(join(work, '7', 'outputs.bin'), outputs.subarray(0, 40))
    expect((await compute())[0]).toBe(11)
    expect(readFileSync(join(work, '7', 'outputs.bin'))).toEqual(outputs)
  })

  test.skipIf(!systemSandbox())('touches neither the network nor what is not its own', async () => {
    const server: Server = createServer((socket) => socket.destroy())
    const port = await new Promise<number>((resolve) =>
      server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port)),
    )
    writeFileSync(join(folder, 'private'), 'of the owner')
    expect(await engine.client.reach({ file: join(folder, 'private'), port })).toEqual({
      reads: false,
      connects: false,
    })
    expect(await engine.client.reach({ file: join(work, '7', 'spec.json'), port })).toMatchObject({ reads: true })
    server.close()
  })

  test('is verified: a wrong result is caught, a right one passes', async () => {
    await compute()
    const { kind, spec: read } = kinds.read(spec)
    const claim = { folder: join(work, '7'), spec: read, from: 0, to: 50, share: 1 }
    expect(await kind.verifier.check(claim)).toMatchObject({ passed: true, why: null, detail: { checked: 50 } })
    const outputs = join(work, '7', 'outputs.bin')
    const wrong = Buffer.from(readFileSync(outputs).map((byte) => byte ^ 1))
    writeFileSync(outputs, wrong)
    expect(await kind.verifier.check(claim)).toMatchObject({
      passed: false,
      why: expect.stringMatching(/^stride \d+ is wrong$/) as unknown,
    })
  })
})

describe('the product’s own workflow of orders', () => {
  let db: Db
  let jobs: JobStore
  let workflow: ComputeProviderWorkflow
  const order = (id: number): OrderRow => ({
    id,
    offer: 1,
    machine: 1,
    buyer: '0xb',
    provider: '0xa',
    price: 1n,
    start: 0,
    end: 600,
    work: '0x',
    state: 'active',
    served: 0,
    paid: 0n,
    refunded: 0n,
    placedTx: '0x',
    closedTx: null,
    closedTime: null,
  })
  /** Has the members that are given, and fails at any other. */
  const fake = <T extends object>(members: Partial<T> = {}): T =>
    new Proxy(members, {
      get: (target, name) => {
        if (!Reflect.has(target, name)) throw new Error(`${String(name)} is not used here`)
        return Reflect.get(target, name) as unknown
      },
    }) as T

  beforeEach(async () => {
    db = await openDatabase(join(folder, 'hearth.db'), join(folder, 'none'), log)
    jobs = new JobStore(db, systemClock)
    type Ports = ConstructorParameters<typeof ComputeProviderWorkflow>[0]
    workflow = new ComputeProviderWorkflow({
      jobs,
      kinds,
      log,
      account: () => '0xa',
      indexer: fake<Ports['indexer']>({ events: new Emitter(), caughtUp: true }),
      monitor: fake<Ports['monitor']>({ head: { number: 1, hash: '0x', time: 1 } }),
      reads: fake<Ports['reads']>({ activeOrdersOf: () => [], order }),
      work: fake<Ports['work']>({ servingFolder: (id) => join(work, String(id)) }),
      steps: fake(),
    })
  })
  afterEach(async () => {
    await workflow.stop()
    db.close()
  })
  const place = (id: number, wanted: unknown, state = 'running'): void => {
    jobs.ensure('serve', id, state, {
      spec: wanted,
      rowsDone: 0,
      operationsPerSecond: 0,
      receipt: null,
      sent: null,
    })
  }

  test('computes an order of the new kind, and says what runs in its words', async () => {
    place(7, spec, 'fetching')
    const seen = new Set<string>()
    jobs.events.on('changed', () => workflow.running && seen.add(workflow.running.words))
    await workflow.start()
    await expect.poll(() => workflow.job(7)?.state, { timeout: 30_000 }).toBe('delivering')
    expect(workflow.job(7)?.payload.rowsDone).toBe(50)
    expect(workflow.ordered(workflow.job(7))).toMatchObject({ units: 50, unitBytes: 4 })
    expect([...seen]).toEqual(['It counts primes for #7.'])
  })

  test('lets an order of an unknown kind wait with the reason, and goes on with the others', async () => {
    place(8, { ...spec, kind: 'of-a-later-version' })
    place(7, spec)
    await workflow.start()
    await expect.poll(() => workflow.job(7)?.state, { timeout: 30_000 }).toBe('delivering')
    expect(workflow.job(8)).toMatchObject({
      state: 'running',
      reason: {
        code: 'failed',
        args: { failure: { message: 'this version of Hearth does no work of the kind “of-a-later-version”' } },
      },
    })
    expect(workflow.ordered(workflow.job(8))).toBeNull()
  })

  test('lets a job in an unknown state wait, and neither loses nor changes it', async () => {
    place(7, spec)
    db.prepare("update jobs set state = 'of-a-later-version'").run()
    await workflow.start()
    await expect.poll(() => warned.join(), { timeout: 10_000 }).toContain('of-a-later-version')
    expect(workflow.job(7)?.state).toBe('of-a-later-version')
  })
})
