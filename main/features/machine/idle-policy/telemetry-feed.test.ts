import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Sample } from '../../../../common/model/telemetry.ts'
import { until } from '../../../cli/act.ts'
import { Emitter } from '../../../core/events.ts'
import { Log } from '../../../core/log/log.ts'
import { TelemetryFeed } from './telemetry-feed.ts'

const apps = ['game']
let asked: { readonly apps: readonly string[]; readonly everyMs: number }[]
let time: number
let feed: TelemetryFeed
const config = { get: () => ({ comfort: { apps } }), events: new Emitter<{ changed: null }>() }

let told: number

/** Sensors that tell so many samples, ten seconds apart, and then nothing. */
async function* watch(input: (typeof asked)[0], { signal }: { signal: AbortSignal }): AsyncGenerator<Sample> {
  asked.push(input)
  for (let i = 0; i < told; i++) yield { time: (time += 10_000), idle: { value: 5, source: 'test', age: 0 } } as Sample
  await new Promise((resolve) => signal.addEventListener('abort', resolve))
}

beforeEach(async () => {
  asked = []
  time = 0
  told = 1
  feed = new TelemetryFeed({
    process: { client: { watch }, stop: () => Promise.resolve() } as never,
    config: config as never,
    power: { idleSeconds: () => null } as never,
    log: new Log(() => {}),
  })
  await feed.start()
})
afterEach(() => feed.stop())

const paces = async (...wanted: readonly number[]) => {
  await until('the sensors to be asked', async () => asked.length >= wanted.length)
  expect(asked).toEqual(wanted.map((everyMs) => ({ apps, everyMs })))
}

test('asks the sensors seldom, each second while anybody follows, and seldom again', async () => {
  await paces(10_000)
  const [one, other] = [feed.follow(), feed.follow()]
  await paces(10_000, 1_000)
  one()
  one()
  expect(feed.everyMs).toBe(1_000)
  other()
  await paces(10_000, 1_000, 10_000)
})

test('keeps a quarter of an hour, however often it asks', async () => {
  told = 100
  feed.follow()
  await until('the samples', async () => time > 1_000_000)
  expect(feed.latest!.time - feed.history[0]!.time).toBe(900_000)
  expect(feed.history).toHaveLength(91)
})
