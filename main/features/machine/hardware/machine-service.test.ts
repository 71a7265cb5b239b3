import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { keccak256, toUtf8Bytes } from 'ethers'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { MachineReport } from '../../../../common/children/telemetry.ts'
import type { BenchmarkResult } from '../../../../common/model/benchmark-result.ts'
import { MachineDocument } from '../../../../common/model/machine-document.ts'
import { openDatabase, type Db } from '../../../core/db/open.ts'
import { Log } from '../../../core/log/log.ts'
import { DocumentStore, machineTables } from './document-store.ts'
import { machineAnswers } from './machine-route.ts'
import { MachineService } from './machine-service.ts'

const report: MachineReport = {
  processor: 'Some\u0000processor',
  physicalCores: 4,
  logicalCores: 8,
  memoryBytes: 2 ** 34,
  graphics: [],
  system: 'Debian GNU/Linux 13',
  architecture: 'x64',
}
const figure = (median: number) => ({ median, low: median, high: median, repetitions: 3, drift: 1 })
const measured = (speed: number): BenchmarkResult => ({
  threads: 3,
  parts: { int8: figure(speed) },
  full: null,
  watts: null,
  throttled: false,
  backends: [
    { backend: 'cpu', exact: true, message: null, parts: {} },
    { backend: 'webgpu', exact: false, message: 'no adapter in /home/ada', parts: {} },
  ],
})

let folder: string
let db: Db
let machine: MachineService
const hostOf = (now: MachineReport): MachineService => {
  const unused = null as never
  return new MachineService({
    exactInference: unused,
    trainer: unused,
    llm: unused,
    telemetry: { client: { report: async () => now } } as never,
    db,
    documents: new DocumentStore(db),
    clock: unused,
    config: unused,
    folder,
    isolation: 'process',
    log: new Log(() => {}),
    onWatts: unused,
  })
}
const measure = (speed: number): void =>
  void db.prepare('insert into benchmarks (time, result) values (0, ?)').run(JSON.stringify(measured(speed)))

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hearth-machine-'))
  db = await openDatabase(join(folder, 'hearth.db'), join(folder, 'none'), new Log(() => {}), [machineTables])
  machine = hostOf(report)
})
afterEach(() => {
  db.close()
  rmSync(folder, { recursive: true })
})

test('what was registered is told after later measurements and on a changed machine, and names no folder', async () => {
  measure(1e9)
  const spec = await machine.keepSpec()
  measure(2e9)
  const changed = hostOf({ ...report, memoryBytes: 2 ** 35 })
  expect(await changed.keepSpec()).not.toBe(spec)
  const told = await changed.documentOf(spec)
  expect(keccak256(toUtf8Bytes(told!))).toBe(spec)
  const document = MachineDocument.parse(JSON.parse(told!))
  expect(document.report).toMatchObject({ processor: 'Some processor', memoryBytes: 2 ** 34 })
  expect(document.benchmark.int8?.median).toBe(1e9)
  expect(told).not.toContain('/home')
})

test('what an earlier Hearth registered is made again while the machine is the same, and is kept then', async () => {
  measure(1e9)
  measure(2e9)
  const first = { version: 1, report, benchmark: measured(1e9).parts, isolation: 'process' }
  const spec = keccak256(toUtf8Bytes(JSON.stringify(first)))
  const changed = { ...report, system: 'Debian GNU/Linux 14' }
  expect(await hostOf(changed).documentOf(spec)).toBeNull()
  expect(await machine.documentOf(spec)).toBe(JSON.stringify(first))
  expect(await hostOf(changed).documentOf(spec)).toBe(JSON.stringify(first))
})

test('the route tells what is about this machine, and nothing of others that it looked at', async () => {
  measure(1e9)
  const gone = new AbortController().signal
  const ask = (spec: string) =>
    machineAnswers((hash) => machine.documentOf(hash)).ask({ message: { spec }, party: null, body: null, gone })
  const { body } = await ask(await machine.keepSpec())
  expect(MachineDocument.safeParse(JSON.parse(String(body))).success).toBe(true)
  const others = new DocumentStore(db).keep('{"of":"another"}', 'others')
  await expect(ask(others)).rejects.toMatchObject({ code: 'NOT_FOUND' })
})
