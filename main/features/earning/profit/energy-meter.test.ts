import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Config } from '../../../../common/model/config.ts'
import type { EarningState } from '../../../../common/model/earning.ts'
import type { NumberReading, Sample } from '../../../../common/model/telemetry.ts'
import type { ConfigStore } from '../../../core/config.ts'
import { openDatabase, type Db } from '../../../core/db/open.ts'
import { Emitter } from '../../../core/events.ts'
import { Log } from '../../../core/log/log.ts'
import type { TelemetryFeed } from '../../machine/idle-policy/index.ts'
import { EnergyMeter, wattsOf } from './energy-meter.ts'
import { EnergyStore } from './energy-store.ts'

let folder: string
let db: Db
let store: EnergyStore
let state: EarningState
const events = new Emitter<{ sample: Sample }>()
const config = {
  get: () =>
    Config.parse({
      profit: {
        currency: 'EUR',
        tariff: { kind: 'flat', price: 360_000 },
        baseWatts: 10,
        assumedWatts: null,
        coinValue: null,
        neverBelowCost: false,
      },
    }),
} as ConfigStore
const reading = (value: number | null): NumberReading => ({ value, source: 'test', age: 0 })
const sample = (time: number, cpuWatts: number | null): Sample => ({
  time,
  cpu: { load: reading(1), temperature: reading(null), watts: reading(cpuWatts) },
  memory: { used: reading(1), total: reading(2) },
  disk: { read: reading(0), written: reading(0) },
  network: { received: reading(0), sent: reading(0), metered: { value: null, source: 'test', age: 0 } },
  battery: { inUse: { value: false, source: 'test', age: 0 }, charge: reading(null) },
  idle: reading(0),
  game: { value: false, source: 'test', age: 0 },
  gpus: [],
})
const HOUR = 3_600_000
const start = 500_000 * HOUR

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hearth-energy-'))
  db = await openDatabase(join(folder, 'hearth.db'), join(folder, 'none'), new Log(() => {}))
  store = new EnergyStore(db)
  state = { kind: 'earning', work: 'order', id: 7 }
})
afterEach(() => {
  db.close()
  rmSync(folder, { recursive: true, force: true })
})

test('adds up what an order draws, and a stop in the middle keeps it', async () => {
  const meter = new EnergyMeter({ feed: { events } as TelemetryFeed, store, config, state: () => state })
  await meter.start()
  for (let second = 0; second <= 25; second++) events.emit('sample', sample(start + second * 1000, 90))
  // Twenty seconds are kept as they come; the rest when it stops.
  expect(store.of('order', 7)!.seconds).toBe(20)
  await meter.stop()
  const energy = store.of('order', 7)!
  expect(energy).toMatchObject({ seconds: 25, measured: true })
  expect(energy.joules).toBeCloseTo(2_500, 6)
  // 2.5 kJ at 0.36 a kWh.
  expect(Number(energy.cost)).toBeCloseTo((2_500 / 3.6e6) * 0.36 * 1e9, -1)
})

test(
  'counts nothing while it does not earn, over a sleep, or over a clock that went back, and tells ' + 'works apart',
  async () => {
    const meter = new EnergyMeter({ feed: { events } as TelemetryFeed, store, config, state: () => state })
    await meter.start()
    events.emit('sample', sample(start, 90))
    events.emit('sample', sample(start + 1_000, 90))
    events.emit('sample', sample(start + HOUR, 90))
    events.emit('sample', sample(start - HOUR, 90))
    state = { kind: 'waiting', reason: 'no-demand', detail: null }
    events.emit('sample', sample(start - HOUR + 1_000, 90))
    state = { kind: 'earning', work: 'job', id: 7 }
    events.emit('sample', sample(start - HOUR + 2_000, 90))
    events.emit('sample', sample(start - HOUR + 3_000, null))
    await meter.stop()
    expect(store.of('order', 7)!.seconds).toBe(1)
    expect(store.of('job', 7)!.seconds).toBe(1)
  },
)

test('says what is assumed: the owner’s figure stands in, never a guess', () => {
  expect(wattsOf(sample(0, null), { baseWatts: 10, assumedWatts: null })).toBeNull()
  expect(wattsOf(sample(0, null), { baseWatts: 10, assumedWatts: 200 })).toEqual({ watts: 210, measured: false })
  expect(wattsOf(sample(0, 55), { baseWatts: 10, assumedWatts: 200 })).toEqual({ watts: 65, measured: true })
})
