import { statfs } from 'node:fs/promises'
import { mkdir } from 'node:fs/promises'
import { cpus } from 'node:os'
import { keccak256, toUtf8Bytes } from 'ethers'
import type { drillContract, Measurement } from '../../../common/children/drill.ts'
import { benchParts, computeParts, THROTTLED, type BenchPart } from '../../../common/model/benchmark.ts'
import type { MachineReport, telemetryContract } from '../../../common/children/telemetry.ts'
import type { IsolationReport } from '../../../common/model/isolation.ts'
import { HearthError } from '../../../common/errors/index.ts'
import type { Clock } from '../../core/clock.ts'
import type { ConfigStore } from '../../core/config.ts'
import type { Db } from '../../core/db/open.ts'
import { Emitter } from '../../core/events.ts'
import type { Service } from '../../core/lifecycle.ts'
import type { SupervisedProcess } from '../../core/processes/supervised.ts'

export interface Benchmark {
  readonly id: number
  /** Milliseconds since 1970. */
  readonly time: number
  readonly threads: number
  /** At the owner's threads, as orders run. */
  readonly parts: Readonly<Record<BenchPart, Measurement>>
  /** At all cores; null where it was quick, or the owner's threads are all of them. */
  readonly full: { readonly threads: number; readonly parts: Readonly<Partial<Record<BenchPart, Measurement>>> } | null
  /** Drawn on average while it was measured; null where the machine does not tell. */
  readonly watts: number | null
  readonly throttled: boolean
  /** Backends that passed their known-answer test. */
  readonly backends: readonly { readonly backend: 'cpu' | 'webgpu'; readonly exact: boolean; readonly message: string | null }[]
}

export interface BenchProgress {
  readonly part: BenchPart | 'known-answer'
  /** Share of the whole, 0 to 1. */
  readonly share: number
}

/** What this machine is and how fast it measures. */
export class MachineService implements Service {
  readonly name = 'machine'
  readonly events = new Emitter<{ progress: BenchProgress | null; measured: Benchmark }>()
  readonly #drill: SupervisedProcess<typeof drillContract>
  readonly #telemetry: SupervisedProcess<typeof telemetryContract>
  readonly #db: Db
  readonly #clock: Clock
  readonly #config: ConfigStore
  readonly #folder: string
  readonly #isolation: IsolationReport['tier']
  readonly #onWatts: (listener: (watts: number) => void) => () => void
  #report: MachineReport | null = null
  #running: AbortController | undefined
  #progress: BenchProgress | null = null

  constructor(ports: { drill: SupervisedProcess<typeof drillContract>; telemetry: SupervisedProcess<typeof telemetryContract>; db: Db; clock: Clock; config: ConfigStore; folder: string; isolation: IsolationReport['tier']; /** What the whole machine draws, as often as it tells. */ onWatts: (listener: (watts: number) => void) => () => void }) {
    this.#drill = ports.drill
    this.#telemetry = ports.telemetry
    this.#db = ports.db
    this.#clock = ports.clock
    this.#config = ports.config
    this.#folder = ports.folder
    this.#isolation = ports.isolation
    this.#onWatts = ports.onWatts
  }

  start(): Promise<void> {
    return Promise.resolve()
  }

  async stop(): Promise<void> {
    this.#running?.abort()
    await this.#telemetry.stop()
    await this.#drill.stop()
  }

  get progress(): BenchProgress | null {
    return this.#progress
  }

  async report(): Promise<MachineReport> {
    this.#report ??= await this.#telemetry.client.report({})
    return this.#report
  }

  /** Free bytes on the data folder's disk. */
  async freeDisk(): Promise<number> {
    await mkdir(this.#folder, { recursive: true })
    const { bavail, bsize } = await statfs(this.#folder)
    return bavail * bsize
  }

  /** Threads that paid work may use: all cores but one stay the owner's, unless the settings say otherwise. */
  threads(): number {
    return this.#config.get().earn.threads ?? Math.max(1, (this.#report?.physicalCores ?? cpus().length) - 1)
  }

  /** What `addMachine` registers: the hash of the report, the latest figures and the isolation that was proven. @throws HearthError NO_BENCHMARK */
  async specHash(): Promise<string> {
    const benchmark = this.latest()
    if (!benchmark) throw new HearthError('NO_BENCHMARK', 'measure the machine first')
    return keccak256(toUtf8Bytes(JSON.stringify({ version: 1, report: await this.report(), benchmark: benchmark.parts, isolation: this.#isolation })))
  }

  latest(): Benchmark | null {
    return this.history(1)[0] ?? null
  }

  history(limit = 20): Benchmark[] {
    const rows = this.#db.prepare<[number], { id: number; time: number; result: string }>('select id, time, result from benchmarks order by id desc limit ?').all(limit)
    // Measurements of earlier versions told less.
    return rows.map(({ id, time, result }) => ({ id, time, full: null, watts: null, throttled: false, ...(JSON.parse(result) as Omit<Benchmark, 'id' | 'time' | 'full' | 'watts' | 'throttled'>) }))
  }

  cancel(): void {
    this.#running?.abort()
  }

  /** Measures everything anew; only a finished run is kept. @throws HearthError ABORTED when cancelled */
  async measure(quick: boolean): Promise<Benchmark> {
    if (this.#running) throw new HearthError('BAD_INPUT', 'the machine is being measured already')
    const { signal } = (this.#running = new AbortController())
    const watts: number[] = []
    const unwatch = this.#onWatts((value) => watts.push(value))
    try {
      await mkdir(this.#folder, { recursive: true })
      await this.report()
      const threads = this.threads()
      const backends: Benchmark['backends'][number][] = []
      for (const backend of ['cpu', 'webgpu'] as const) {
        this.#tell({ part: 'known-answer', share: backends.length * 0.05 })
        backends.push({ backend, ...(await this.#drill.client.knownAnswer({ backend, threads }, { signal })) })
      }
      const cores = (await this.report()).physicalCores ?? cpus().length
      const full = !quick && cores > threads ? { threads: cores, parts: computeParts } : null
      const passes = [{ threads, parts: benchParts }, ...(full ? [full] : [])]
      const all = passes.reduce((count, pass) => count + pass.parts.length, 0)
      const measured: Partial<Record<BenchPart, Measurement>>[] = []
      let done = 0
      for (const pass of passes) {
        const parts: Partial<Record<BenchPart, Measurement>> = {}
        measured.push(parts)
        for await (const step of await this.#drill.client.bench({ folder: this.#folder, threads: pass.threads, parts: [...pass.parts], repetitions: quick ? 3 : 5, quick }, { signal })) {
          if (step.measurement) parts[step.part] = step.measurement
          this.#tell({ part: step.part, share: 0.1 + (0.9 * (done + step.done / step.of)) / all })
          if (step.measurement) done++
        }
        if (pass.parts.some((part) => !parts[part])) throw new HearthError('ABORTED', 'the measurement was cancelled; the earlier one is kept')
      }
      const drawn = watts.length === 0 ? null : watts.reduce((sum, value) => sum + value, 0) / watts.length
      const throttled = measured.some((parts) => computeParts.some((part) => (parts[part]?.drift ?? 1) < THROTTLED))
      return this.#keep({ threads, parts: measured[0] as Benchmark['parts'], full: full && { threads: full.threads, parts: measured[1]! }, watts: drawn, throttled, backends })
    } catch (error) {
      if (signal.aborted) throw new HearthError('ABORTED', 'the measurement was cancelled; the earlier one is kept', {}, { cause: error })
      throw error
    } finally {
      unwatch()
      this.#running = undefined
      this.#tell(null)
    }
  }

  #keep(result: Omit<Benchmark, 'id' | 'time'>): Benchmark {
    const time = this.#clock.now()
    const { lastInsertRowid } = this.#db.prepare('insert into benchmarks (time, result) values (?, ?)').run(time, JSON.stringify(result))
    const benchmark = { id: Number(lastInsertRowid), time, ...result }
    this.events.emit('measured', benchmark)
    return benchmark
  }

  #tell(progress: BenchProgress | null): void {
    this.#progress = progress
    this.events.emit('progress', progress)
  }
}
