import { describe, expect, test } from 'vitest'
import type { GpuSample, NumberReading, Sample } from '../telemetry.ts'
import { judge, neverRuns, noMemory, type IdlePolicyMemory, type BlockReasonKind } from './judge.ts'
import { readRules, writeRules } from './rules-file.ts'
import { IdlePolicy, defaultIdlePolicy } from './rules.ts'

const reading = (value: number | null): NumberReading => ({ value, source: 'test', age: 0 })
const card = (
  id: string,
  values: Partial<Record<'load' | 'temperature' | 'watts' | 'fan', number | null>> = {},
  asleep = false,
): GpuSample => ({
  id,
  vendor: 'nvidia',
  name: id,
  driver: null,
  asleep,
  load: reading(values.load ?? 0),
  temperature: reading(values.temperature === undefined ? 50 : values.temperature),
  watts: reading(values.watts === undefined ? 40 : values.watts),
  memoryUsed: reading(null),
  memoryTotal: reading(null),
  fan: reading(values.fan === undefined ? 0.3 : values.fan),
})
interface Scene {
  readonly temperature?: number | null
  readonly idle?: number | null
  readonly game?: string | false | null
  readonly onBattery?: boolean | null
  readonly metered?: boolean | null
  readonly gpus?: readonly GpuSample[]
}
const sampleAt = (
  time: number,
  { temperature = 50, idle = 10_000, game = false, onBattery = false, metered = null, gpus = [] }: Scene = {},
): Sample => ({
  time,
  cpu: { load: reading(0.2), temperature: reading(temperature), watts: reading(20) },
  memory: { used: reading(1), total: reading(2) },
  disk: { read: reading(0), written: reading(0) },
  network: { received: reading(0), sent: reading(0), metered: { value: metered, source: 'test', age: 0 } },
  battery: { inUse: { value: onBattery, source: 'test', age: 0 }, charge: reading(0.5) },
  idle: reading(idle),
  game: { value: game, source: 'test', age: 0 },
  gpus: [...gpus],
})

/** Judges a film of scenes, one a second, and gives the reasons at each. */
function play(
  rules: IdlePolicy,
  scenes: readonly Scene[],
  { stepMs = 1_000, usesGpu = false } = {},
): (readonly BlockReasonKind[])[] {
  let memory: IdlePolicyMemory = noMemory
  return scenes.map((scene, i) => {
    const verdict = judge(rules, sampleAt(1_000_000 + i * stepMs, scene), memory, usesGpu)
    memory = verdict.memory
    return verdict.blockReasons.map(({ reason }) => reason)
  })
}
const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value)
const hot: IdlePolicy = { ...defaultIdlePolicy, processor: { temperature: 80, watts: null } }

describe('the comfort rules', () => {
  test('let work run on a quiet machine', () => {
    expect(play(defaultIdlePolicy, times(3, {}))).toEqual([[], [], []])
  })

  test(
    'stand back in the very second in which the owner returns, plays, pulls the plug or goes on a ' + 'metered line',
    () => {
      const rules: IdlePolicy = { ...defaultIdlePolicy, idleMinutes: 5 }
      expect(play(rules, [{}, { idle: 0 }])[1]).toEqual(['not-idle'])
      expect(play(rules, [{}, { game: 'Steam 440' }])[1]).toEqual(['game'])
      expect(play(rules, [{}, { onBattery: true }])[1]).toEqual(['on-battery'])
      expect(play(rules, [{}, { metered: true }])[1]).toEqual(['metered'])
    },
  )

  test('take what nobody can tell for in use, where a rule asks for it', () => {
    expect(play({ ...defaultIdlePolicy, idleMinutes: 5 }, [{ idle: null }])[0]).toEqual(['not-idle'])
    expect(play(defaultIdlePolicy, [{ onBattery: null }])[0]).toEqual(['on-battery'])
    expect(play(defaultIdlePolicy, [{ idle: null, game: null, metered: null }])[0]).toEqual([])
  })

  test('trip a cap within three seconds, not for a spike, and release it only after half a minute well below', () => {
    expect(play(hot, [{}, { temperature: 95 }, {}, { temperature: 95 }]).flat()).toEqual([])
    const film = play(hot, [
      {},
      ...times(4, { temperature: 84 }),
      ...times(10, { temperature: 78 }),
      ...times(40, { temperature: 70 }),
    ])
    expect(film.findIndex((reasons) => reasons.includes('too-hot'))).toBe(2)
    // 78 °C is under the cap and not five degrees under it.
    expect(film[14]).toEqual(['too-hot'])
    expect(film.slice(15).findIndex((reasons) => reasons.length === 0)).toBe(29)
  })

  test('never flap faster than the release, whatever the sensor does', () => {
    let seed = 7
    const noise = times(2_000, null).map(() => ({ temperature: 60 + ((seed = (seed * 48_271) % 2_147_483_647) % 40) }))
    const film = play(hot, noise).map((reasons) => reasons.includes('too-hot'))
    let [tripped, shortest] = [null as number | null, Infinity]
    film.forEach((now, i) => {
      if (now && !film[i - 1]) tripped = i
      if (!now && film[i - 1] && tripped !== null) shortest = Math.min(shortest, i - tripped)
    })
    expect(film.filter(Boolean).length).toBeGreaterThan(0)
    expect(shortest).toBeGreaterThanOrEqual(29)
  })

  test(
    'do not trust a sensor that fell silent: a cap nobody can keep stops work after ten seconds, and a tripped ' +
      'one stays',
    () => {
      const film = play(hot, [{}, ...times(14, { temperature: null })])
      expect(film.findIndex((reasons) => reasons.includes('sensor-silent'))).toBe(10)
      expect(play(hot, [...times(4, { temperature: 90 }), ...times(60, { temperature: null })]).at(-1)).toEqual([
        'too-hot',
      ])
    },
  )

  test('are not fooled by a clock that jumps or a machine that slept', () => {
    let memory = judge(hot, sampleAt(1_000_000, { temperature: 90 }), noMemory, false).memory
    memory = judge(hot, sampleAt(1_001_000, { temperature: 90 }), memory, false).memory
    const back = judge(hot, sampleAt(1_000, { temperature: 90 }), memory, false)
    expect(back.blockReasons).toEqual([])
    const slept = judge(
      hot,
      sampleAt(1_000 + 8 * 3_600_000, { temperature: 50 }),
      judge(
        hot,
        sampleAt(0, { temperature: 90 }),
        judge(hot, sampleAt(-5_000, { temperature: 90 }), noMemory, false).memory,
        false,
      ).memory,
      false,
    )
    // Eight hours asleep are no half minute of cool readings.
    expect(slept.blockReasons.map(({ reason }) => reason)).toEqual(['too-hot'])
  })

  test('hold each card to its own caps, tell identical cards apart, and leave a sleeping one out', () => {
    const rules: IdlePolicy = {
      ...defaultIdlePolicy,
      graphics: { temperature: 80, watts: null, fan: null },
      cards: { b: { temperature: 60, watts: null, fan: null } },
    }
    expect(
      play(rules, times(4, { gpus: [card('a', { temperature: 70 }), card('b', { temperature: 50 })] })).at(-1),
    ).toEqual([])
    expect(
      play(rules, times(4, { gpus: [card('a', { temperature: 50 }), card('b', { temperature: 70 })] })).at(-1),
    ).toEqual(['too-hot'])
    expect(play(rules, times(20, { gpus: [card('a', { temperature: null }, true)] })).at(-1)).toEqual([])
    const loud: IdlePolicy = { ...defaultIdlePolicy, graphics: { temperature: null, watts: 100, fan: 0.5 } }
    expect(play(loud, times(4, { gpus: [card('a', { fan: 0.9, watts: 180 })] })).at(-1)).toEqual([
      'too-much-power',
      'too-loud',
    ])
  })

  test('stand back for others on the card, but not for paid work on it', () => {
    const busy = { gpus: [card('a', { load: 0.9 })] }
    expect(play(defaultIdlePolicy, [busy])[0]).toEqual(['gpu-busy'])
    expect(play(defaultIdlePolicy, [busy], { usesGpu: true })[0]).toEqual([])
    expect(play(defaultIdlePolicy, [busy, ...times(20, {})]).findIndex((reasons) => reasons.length === 0)).toBe(15)
  })

  test('are known to run never where no hour is open', () => {
    expect(neverRuns({ ...defaultIdlePolicy, schedule: { hours: times(7, '0'.repeat(24)), timeZone: null } })).toBe(
      true,
    )
    expect(neverRuns(defaultIdlePolicy)).toBe(false)
  })
})

describe('a file of rules', () => {
  test('brings the same rules to another machine', () => {
    expect(readRules(writeRules(hot))).toEqual(hot)
  })

  test.each([
    ['{', /no JSON/],
    ['{"rules": {}}', /holds no comfort rules/],
    ['{"format": "hearth-comfort", "version": 2, "rules": {}}', /from a newer Hearth/],
    [
      JSON.stringify({ format: 'hearth-comfort', version: 1, rules: { ...defaultIdlePolicy, idleMinutes: -1 } }),
      /rules are as before/,
    ],
    [
      JSON.stringify({ format: 'hearth-comfort', version: 1, rules: { ...defaultIdlePolicy, colour: 'red' } }),
      /rules are as before/,
    ],
  ])('is refused where it is %j', (text, message) => {
    expect(() => readRules(text)).toThrow(message)
  })
})
