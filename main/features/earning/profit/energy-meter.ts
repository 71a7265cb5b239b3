import type { EarningState } from '../../../../common/model/earning.ts'
import { energyCost, type ProfitSettings } from '../../../../common/model/profit/tariff.ts'
import type { Sample } from '../../../../common/model/telemetry.ts'
import type { ConfigStore } from '../../../core/config.ts'
import type { Service } from '../../../core/lifecycle.ts'
import type { TelemetryFeed } from '../../machine/idle-policy/index.ts'
import type { Energy, EnergyStore } from './energy-store.ts'

/** A longer gap between two samples is a machine that slept, or sensors that died. */
const LONGEST_GAP_MS = 5_000
const KEEP_EVERY_MS = 10_000

/** Watts of the whole machine at one moment; null where it tells none and its owner assumes none. */
export function wattsOf(
  { cpu, gpus }: Sample,
  { baseWatts, assumedWatts }: Pick<ProfitSettings, 'baseWatts' | 'assumedWatts'>,
): { watts: number; measured: boolean } | null {
  const told = [cpu.watts.value, ...gpus.filter(({ asleep }) => !asleep).map(({ watts }) => watts.value)].filter(
    (value) => value !== null,
  )
  // A card without the processor is half the truth, which is worse than an owner's figure.
  if (cpu.watts.value !== null || (told.length > 0 && assumedWatts === null))
    return { watts: baseWatts + told.reduce((sum, value) => sum + value, 0), measured: cpu.watts.value !== null }
  return assumedWatts === null ? null : { watts: baseWatts + assumedWatts, measured: false }
}

/**
 * Adds up what paid work draws, sample by sample, and keeps it every ten seconds: that is what a power cut can lose.
 */
export class EnergyMeter implements Service {
  readonly name = 'energy'
  readonly #ports: {
    readonly feed: TelemetryFeed
    readonly store: EnergyStore
    readonly config: ConfigStore
    readonly state: () => EarningState
  }
  #last: number | null = null
  #pending: { work: string; id: number; time: number; energy: Energy } | undefined
  #unsubscribe = (): void => {}

  constructor(ports: { feed: TelemetryFeed; store: EnergyStore; config: ConfigStore; state: () => EarningState }) {
    this.#ports = ports
  }

  start(): Promise<void> {
    this.#unsubscribe = this.#ports.feed.events.on('sample', (sample) => this.#count(sample))
    return Promise.resolve()
  }

  stop(): Promise<void> {
    this.#unsubscribe()
    this.#keep()
    return Promise.resolve()
  }

  #count(sample: Sample): void {
    const from = this.#last
    this.#last = sample.time
    const state = this.#ports.state()
    if (state.kind !== 'earning') return this.#keep()
    const settings = this.#ports.config.get().profit
    const drawn = wattsOf(sample, settings)
    if (from === null || sample.time <= from || sample.time - from > LONGEST_GAP_MS || !drawn) return
    const seconds = (sample.time - from) / 1000
    const cost = settings.tariff ? energyCost(settings.tariff, from, sample.time, drawn.watts).cost : 0n
    if (this.#pending && (this.#pending.id !== state.id || this.#pending.work !== state.work)) this.#keep()
    const before = this.#pending?.energy ?? { seconds: 0, joules: 0, cost: 0n, measured: true }
    this.#pending = {
      work: state.work,
      id: state.id,
      time: this.#pending?.time ?? from,
      energy: {
        seconds: before.seconds + seconds,
        joules: before.joules + drawn.watts * seconds,
        cost: before.cost + cost,
        measured: before.measured && drawn.measured,
      },
    }
    if (sample.time - this.#pending.time >= KEEP_EVERY_MS) this.#keep()
  }

  #keep(): void {
    if (!this.#pending) return
    const { work, id, time, energy } = this.#pending
    this.#pending = undefined
    this.#ports.store.add(work, id, time, energy)
  }
}
