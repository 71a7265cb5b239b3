import type { GpuSample, NumberReading, Sample } from '../telemetry.ts'
import type { IdlePolicy } from './rules.ts'
import { isNeverOpen, isOpen, nextChange } from './schedule.ts'

export const blockReasonKinds = [
  'outside-schedule',
  'on-battery',
  'metered',
  'game',
  'not-idle',
  'gpu-busy',
  'too-hot',
  'too-much-power',
  'too-loud',
  'sensor-silent',
  'no-telemetry',
] as const
export type BlockReasonKind = (typeof blockReasonKinds)[number]

/** Why work stands back, with the value that decided and the limit, in words without a language. */
export interface BlockReason {
  readonly reason: BlockReasonKind
  readonly value: string | null
  readonly limit: string | null
  /** Milliseconds since 1970 at which it ends by itself, where that is known. */
  readonly until: number | null
}

/** How a cap stands: work stops once it was over for a while, and goes on once it was well under for longer. */
interface CapState {
  readonly over: number
  readonly under: number
  readonly unknown: number
  readonly tripped: boolean
}

/** What a judgement remembers of those before. Times are accumulated, so that a clock that jumps decides nothing. */
export interface IdlePolicyMemory {
  readonly time: number | null
  readonly caps: Readonly<Record<string, CapState>>
  /** Milliseconds since a game was last seen. */
  readonly sinceGame: number
  readonly sinceForeignLoad: number
}

export const noMemory: IdlePolicyMemory = { time: null, caps: {}, sinceGame: Infinity, sinceForeignLoad: Infinity }

const calm: CapState = { over: 0, under: 0, unknown: 0, tripped: false }
/** More than this between two samples is a machine that slept, or a clock that was set. */
const LONGEST_STEP_MS = 5_000
const TRIP_MS = 2_000
const RELEASE_MS = 30_000
const SILENT_MS = 10_000
const AFTER_GAME_MS = 10_000
const AFTER_LOAD_MS = 15_000

interface Cap {
  readonly key: string
  readonly reason: 'too-hot' | 'too-much-power' | 'too-loud'
  readonly unit: string
  readonly reading: NumberReading
  readonly limit: number
  /** Work goes on below this. */
  readonly release: number
}

function capsOf(rules: IdlePolicy, { cpu, gpus }: Sample): readonly Cap[] {
  const caps: Cap[] = []
  const add = (
    key: string,
    reason: Cap['reason'],
    unit: string,
    reading: NumberReading,
    limit: number | null,
    release: number,
  ) => {
    if (limit !== null) caps.push({ key, reason, unit, reading, limit, release })
  }
  const three = (
    key: string,
    { temperature, watts, fan }: Partial<Pick<GpuSample, 'temperature' | 'watts' | 'fan'>>,
    limits: Partial<IdlePolicy['graphics']>,
  ) => {
    if (temperature)
      add(`${key}.temperature`, 'too-hot', '°C', temperature, limits.temperature ?? null, (limits.temperature ?? 0) - 5)
    if (watts) add(`${key}.watts`, 'too-much-power', 'W', watts, limits.watts ?? null, (limits.watts ?? 0) * 0.9)
    if (fan)
      add(
        `${key}.fan`,
        'too-loud',
        '%',
        { ...fan, value: fan.value === null ? null : fan.value * 100 },
        limits.fan ? limits.fan * 100 : null,
        (limits.fan ?? 0) * 90,
      )
  }
  three('cpu', { temperature: cpu.temperature, watts: cpu.watts }, rules.processor)
  for (const gpu of gpus) if (!gpu.asleep) three(gpu.id, gpu, rules.cards[gpu.id] ?? rules.graphics)
  return caps
}

function nextCap(state: CapState, { reading: { value }, limit, release }: Cap, elapsed: number): CapState {
  if (value === null) return { ...state, over: 0, under: 0, unknown: state.unknown + elapsed }
  const over = value >= limit ? state.over + elapsed : 0
  const under = value < release ? state.under + elapsed : 0
  return { over, under, unknown: 0, tripped: state.tripped ? under < RELEASE_MS : over >= TRIP_MS }
}

const round = (value: number): string => String(Math.round(value * 10) / 10)
const blockReason = (
  reason: BlockReasonKind,
  value: string | null = null,
  limit: string | null = null,
  until: number | null = null,
): BlockReason => ({ reason, value, limit, until })

/** What hours, power and network say. */
function* supplyReasons(rules: IdlePolicy, { time, battery, network }: Sample): Generator<BlockReason> {
  const { schedule } = rules
  if (schedule && !isOpen(schedule, time)) yield blockReason('outside-schedule', null, null, nextChange(schedule, time))
  const { inUse, charge } = battery
  if (!rules.onBattery && inUse.value !== false) {
    const left = charge.value === null ? '' : `${round(charge.value * 100)} %`
    yield blockReason('on-battery', inUse.value === null ? null : left)
  }
  if (!rules.onMetered && network.metered.value === true) yield blockReason('metered')
}

function* idleReasons({ idleMinutes }: IdlePolicy, { idle: { value } }: Sample): Generator<BlockReason> {
  if (idleMinutes === null || (value !== null && value >= idleMinutes * 60)) return
  yield blockReason('not-idle', value === null ? null : `${Math.floor(value)} s`, `${idleMinutes * 60} s`)
}

/** The name of the game that runs, where the owner minds. */
const gameOf = ({ games }: IdlePolicy, { game: { value } }: Sample): string | null =>
  games && value !== false ? value : null

/**
 * Load of the graphics cards by others; null where it cannot be told from paid work's own, or the owner does not mind.
 */
const foreignLoadOf = ({ foreignGpuLoad }: IdlePolicy, { gpus }: Sample, usesGpu: boolean): number | null =>
  usesGpu || foreignGpuLoad === null ? null : Math.max(0, ...gpus.map(({ load }) => load.value ?? 0))

function* capReasons(caps: readonly Cap[], states: IdlePolicyMemory['caps']): Generator<BlockReason> {
  for (const { key, reason, reading, limit, unit } of caps) {
    const { tripped, unknown } = states[key] ?? calm
    const words = `${round(limit)} ${unit}`
    if (tripped) yield blockReason(reason, reading.value === null ? null : `${round(reading.value)} ${unit}`, words)
    else if (unknown >= SILENT_MS) yield blockReason('sensor-silent', key, words)
  }
}

/**
 * Whether paid work may run, by the owner's rules and what the machine last reported. Pure: the same samples in the
 * same order give the same answers. What cannot be told counts against work where a rule asks for it.
 * @param usesGpu whether paid work itself runs on a graphics card, whose load is then not foreign
 * @returns all reasons, the first being the one to show
 */
export function judge(
  rules: IdlePolicy,
  sample: Sample,
  memory: IdlePolicyMemory,
  usesGpu: boolean,
): { blockReasons: readonly BlockReason[]; memory: IdlePolicyMemory } {
  const elapsed = memory.time === null ? 0 : Math.min(LONGEST_STEP_MS, Math.max(0, sample.time - memory.time))
  const found: BlockReason[] = [...supplyReasons(rules, sample)]

  const game = gameOf(rules, sample)
  const sinceGame = game === null ? memory.sinceGame + elapsed : 0
  if (rules.games && sinceGame < AFTER_GAME_MS) found.push(blockReason('game', game))

  found.push(...idleReasons(rules, sample))

  const { foreignGpuLoad } = rules
  const foreign = foreignLoadOf(rules, sample, usesGpu)
  const loaded = foreign !== null && foreignGpuLoad !== null && foreign >= foreignGpuLoad
  const sinceForeignLoad = loaded ? 0 : memory.sinceForeignLoad + elapsed
  if (foreignGpuLoad !== null && sinceForeignLoad < AFTER_LOAD_MS) {
    const load = foreign === null ? null : `${round(foreign * 100)} %`
    found.push(blockReason('gpu-busy', load, `${round(foreignGpuLoad * 100)} %`))
  }

  const caps = capsOf(rules, sample)
  const states = Object.fromEntries(
    caps.map((cap) => [cap.key, nextCap(memory.caps[cap.key] ?? calm, cap, elapsed)] as const),
  )
  found.push(...capReasons(caps, states))
  return { blockReasons: found, memory: { time: sample.time, caps: states, sinceGame, sinceForeignLoad } }
}

/** Rules under which work never runs, whatever the machine does: the owner is told so when they are made. */
export const neverRuns = ({ schedule }: IdlePolicy): boolean => schedule !== null && isNeverOpen(schedule)
