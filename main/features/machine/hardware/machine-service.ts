import { mkdir, statfs } from 'node:fs/promises'
import { cpus } from 'node:os'
import type { BenchProgress, Benchmark } from '../../../../common/api/earn.ts'
import {
  ExactInferencePart,
  type Backend,
  type exactInferenceContract,
} from '../../../../common/children/exact-inference.ts'
import type { llmContract } from '../../../../common/children/llm.ts'
import type { trainerContract } from '../../../../common/children/trainer.ts'
import { computeParts, THROTTLED, type BenchPart } from '../../../../common/model/benchmark.ts'
import { BenchmarkResult, summarise, type BenchParts } from '../../../../common/model/benchmark-result.ts'
import { scoreOf } from '../../../../common/model/score.ts'
import type { MachineReport, telemetryContract } from '../../../../common/children/telemetry.ts'
import type { IsolationReport } from '../../../../common/model/isolation.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import type { Clock } from '../../../core/clock.ts'
import type { ConfigStore } from '../../../core/config.ts'
import type { Db } from '../../../core/db/open.ts'
import { Emitter } from '../../../core/events.ts'
import type { Service } from '../../../core/lifecycle.ts'
import type { Log } from '../../../core/log/log.ts'
import type { SupervisedProcess } from '../../../core/processes/supervised.ts'
import type { DocumentStore } from './document-store.ts'
import { earlierDocument, specOf, writeDocument } from './machine-document.ts'

/** What this machine is and how fast it measures. */
export class MachineService implements Service {
  readonly name = 'machine'
  readonly events = new Emitter<{ progress: BenchProgress; measured: Benchmark }>()
  readonly #engine: SupervisedProcess<typeof exactInferenceContract>
  readonly #trainer: SupervisedProcess<typeof trainerContract>
  readonly #llm: SupervisedProcess<typeof llmContract>
  readonly #telemetry: SupervisedProcess<typeof telemetryContract>
  readonly #db: Db
  readonly #documents: DocumentStore
  readonly #clock: Clock
  readonly #config: ConfigStore
  readonly #folder: string
  readonly #isolation: IsolationReport['tier']
  readonly #log: Log
  readonly #onWatts: (listener: (watts: number) => void) => () => void
  #report: MachineReport | null = null
  /** What an earlier Hearth may have registered, by its hash. */
  #earlier: ReadonlyMap<string, string> | undefined
  #running: AbortController | undefined
  #progress: BenchProgress = null

  constructor(ports: {
    exactInference: SupervisedProcess<typeof exactInferenceContract>
    /** The one that strangers' jobs train in. */ trainer: SupervisedProcess<typeof trainerContract>
    llm: SupervisedProcess<typeof llmContract>
    telemetry: SupervisedProcess<typeof telemetryContract>
    db: Db
    documents: DocumentStore
    clock: Clock
    config: ConfigStore
    folder: string
    isolation: IsolationReport['tier']
    log: Log
    /** What the whole machine draws, as often as it tells. */ onWatts: (
      listener: (watts: number) => void,
    ) => () => void
  }) {
    this.#engine = ports.exactInference
    this.#trainer = ports.trainer
    this.#llm = ports.llm
    this.#telemetry = ports.telemetry
    this.#db = ports.db
    this.#documents = ports.documents
    this.#clock = ports.clock
    this.#config = ports.config
    this.#folder = ports.folder
    this.#isolation = ports.isolation
    this.#log = ports.log.child('machine')
    this.#onWatts = ports.onWatts
  }

  start(): Promise<void> {
    return Promise.resolve()
  }

  async stop(): Promise<void> {
    this.#running?.abort()
    await this.#telemetry.stop()
    await this.#engine.stop()
    await this.#llm.stop()
  }

  get progress(): BenchProgress {
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
    return this.#config.get().earn.threads ?? Math.max(1, this.cores() - 1)
  }

  /** Physical cores, as far as the system tells. */
  cores(): number {
    return this.#report?.physicalCores ?? cpus().length
  }

  /**
   * What `addMachine` registers: the hash of the report, the latest figures and the isolation that was proven. The
   * document behind it is kept, so that whoever thinks of ordering here can be told it.
   * @throws HearthError NO_BENCHMARK
   */
  async keepSpec(): Promise<string> {
    const benchmark = this.latest()
    if (!benchmark) throw new HearthError('NO_BENCHMARK', 'measure the machine first')
    return this.#documents.keep(writeDocument(await this.report(), benchmark, this.#isolation), 'own')
  }

  /**
   * The document of this machine that a hash stands for, or null. One that an earlier Hearth registered is made again
   * where the measurement is kept and the machine is still the same.
   */
  async documentOf(spec: string): Promise<string | null> {
    const kept = this.#documents.own(spec)
    if (kept !== null) return kept
    const report = await this.report()
    this.#earlier ??= new Map(
      this.history().map((benchmark) => {
        const text = earlierDocument(report, benchmark, this.#isolation)
        return [specOf(text), text]
      }),
    )
    const again = this.#earlier.get(spec.toLowerCase())
    if (again !== undefined) this.#documents.keep(again, 'own')
    return again ?? null
  }

  latest(): Benchmark | null {
    return this.history(1)[0] ?? null
  }

  /** The latest first. */
  history(limit = 20): Benchmark[] {
    const rows = this.#db
      .prepare<[number], { id: number; time: number; result: string }>(
        'select id, time, result from benchmarks order by id desc limit ?',
      )
      .all(limit)
    return rows.map(({ id, time, result }) => whole(id, time, BenchmarkResult.parse(JSON.parse(result))))
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
      const cores = (await this.report()).physicalCores ?? cpus().length
      const result = await this.#measureAll(quick, cores, signal)
      return this.#keep({
        ...result,
        watts: watts.length === 0 ? null : watts.reduce((sum, value) => sum + value, 0) / watts.length,
      })
    } catch (error) {
      if (signal.aborted)
        throw new HearthError('ABORTED', 'the measurement was cancelled; the earlier one is kept', {}, { cause: error })
      throw error
    } finally {
      unwatch()
      this.#running = undefined
      this.#notify(null)
    }
  }

  async #measureAll(quick: boolean, cores: number, signal: AbortSignal): Promise<Omit<BenchmarkResult, 'watts'>> {
    const threads = this.threads()
    const repetitions = quick ? 3 : 5
    const proven: Omit<BenchmarkResult['backends'][number], 'parts'>[] = []
    for (const backend of ['cpu', 'webgpu'] as const) {
      this.#notify({ part: 'known-answer', share: proven.length * 0.05 })
      proven.push({ backend, ...(await this.#engine.client.knownAnswer({ backend, threads }, { signal })) })
    }
    const ownPasses: Pass[] = [{ backend: 'cpu', threads, parts: ExactInferencePart.options }]
    if (!quick && cores > threads) ownPasses.push({ backend: 'cpu', threads: cores, parts: computeParts })
    const cards = proven
      .filter(({ backend, exact }) => backend !== 'cpu' && exact)
      .map(({ backend }): Pass => ({ backend, threads, parts: computeParts.filter((part) => part !== 'int8') }))
    const passes = [...ownPasses, ...cards]
    const all = passes.reduce((count, pass) => count + pass.parts.length, 2)
    let done = 0
    const step = (part: BenchPart, share: number): void =>
      this.#notify({ part, share: 0.1 + (0.9 * (done + share)) / all })
    const measured: BenchParts[] = []
    for (const pass of passes) {
      const parts: BenchParts = {}
      measured.push(parts)
      for await (const { part, done: repetition, of, measurement } of await this.#engine.client.bench(
        { folder: this.#folder, ...pass, parts: [...pass.parts], repetitions, quick },
        { signal },
      )) {
        if (measurement) parts[part] = measurement
        step(part, repetition / of)
        if (measurement) done++
      }
      signal.throwIfAborted()
    }
    const [own, ...others] = measured as [BenchParts, ...BenchParts[]]
    Object.assign(own, await this.#measureChat(threads, repetitions, (share) => step('decode', share), signal))
    done++
    const tokens: number[] = []
    for await (const perSecond of await this.#trainer.client.bench(
      { backend: this.#config.get().earn.backend, threads, repetitions },
      { signal },
    ))
      step('training', tokens.push(perSecond) / repetitions)
    signal.throwIfAborted()
    own.training = summarise(tokens)
    const full = ownPasses.length > 1 ? { threads: cores, parts: others.shift()! } : null
    return {
      threads,
      parts: own,
      full,
      throttled: measured.some((parts) => computeParts.some((part) => (parts[part]?.drift ?? 1) < THROTTLED)),
      backends: proven.map((backend) => ({
        ...backend,
        parts: others[cards.findIndex((card) => card.backend === backend.backend)] ?? {},
      })),
    }
  }

  /**
   * Nothing where llama.cpp does not start here: the rest is measured all the same, and the score says what is missing.
   */
  async #measureChat(
    threads: number,
    repetitions: number,
    notify: (share: number) => void,
    signal: AbortSignal,
  ): Promise<BenchParts> {
    const rates: { prompt: number; decode: number }[] = []
    try {
      for await (const rate of await this.#llm.client.bench(
        { folder: this.#folder, threads, gpu: this.#config.get().earn.backend !== 'cpu', repetitions },
        { signal },
      ))
        notify(rates.push(rate) / repetitions)
    } catch (error) {
      if (signal.aborted) throw error
      this.#log.warn('the chat engine could not be measured', { error })
      return {}
    } finally {
      // It holds a model and, perhaps, a graphics card.
      await this.#llm.restart()
    }
    signal.throwIfAborted()
    return {
      prompt: summarise(rates.map(({ prompt }) => prompt)),
      decode: summarise(rates.map(({ decode }) => decode)),
    }
  }

  #keep(result: BenchmarkResult): Benchmark {
    const time = this.#clock.now()
    const { lastInsertRowid } = this.#db
      .prepare('insert into benchmarks (time, result) values (?, ?)')
      .run(time, JSON.stringify(result))
    const benchmark = whole(Number(lastInsertRowid), time, result)
    this.events.emit('measured', benchmark)
    return benchmark
  }

  #notify(progress: BenchProgress): void {
    this.#progress = progress
    this.events.emit('progress', progress)
  }
}

interface Pass {
  readonly backend: Backend
  readonly threads: number
  readonly parts: readonly ExactInferencePart[]
}

const whole = (id: number, time: number, result: BenchmarkResult): Benchmark => ({
  id,
  time,
  ...result,
  score: scoreOf(result),
})
