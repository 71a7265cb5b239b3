import { existsSync } from 'node:fs'
import { appendFile, mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import type { Sampling } from '../../../../common/children/llm.ts'
import { llamaWays } from '../../../../common/model/recipe-presets.ts'
import { CheckpointSample, TrialPrompt, type RunSamples } from '../../../../common/model/trial.ts'
import { HearthError, messageOf } from '../../../../common/errors/index.ts'
import { writeFileAtomic } from '../../../core/files.ts'
import { inTurn } from '../../../core/in-turn.ts'
import type { Service } from '../../../core/lifecycle.ts'
import type { Log } from '../../../core/log/log.ts'
import type { TrainingService } from '../runs/index.ts'
import type { TrialEngine } from './trial-engine.ts'
import type { TrialModelFiles } from './trial-models.ts'

/** The likeliest words, so that one checkpoint can be held against another. */
const SAMPLING: Sampling = { maxTokens: 60, temperature: 0, topP: 1, seed: 0, stop: [] }
const Prompts = z.array(TrialPrompt).min(1)
const ADAPTER = /^(\d+)\.gguf$/

interface Ports {
  readonly training: TrainingService
  readonly files: TrialModelFiles
  readonly engine: TrialEngine
  readonly log: Log
}

/**
 * What a run's model says at each of its checkpoints, where its person asked for that. The trainer lays an adapter down
 * in the run's folder at each checkpoint; what lies there has not spoken yet.
 */
export class CheckpointSamples implements Service {
  readonly name = 'checkpoint-samples'
  readonly #ports: Ports
  readonly #inTurn = inTurn()
  readonly #problems = new Map<string, RunSamples['problem']>()
  readonly #stopping = new AbortController()

  constructor(ports: Ports) {
    this.#ports = ports
    ports.training.runs.events.on('checkpoint', (run) => this.#go(run))
  }

  start(): Promise<void> {
    for (const { id } of this.#ports.training.runs.list()) if (existsSync(this.#folder(id))) this.#go(id)
    return Promise.resolve()
  }

  stop(): Promise<void> {
    this.#stopping.abort()
    return Promise.resolve()
  }

  async of(run: string): Promise<RunSamples> {
    const { id } = this.#ports.training.runs.known(run)
    const [prompts, said, waiting] = [await this.#prompts(id), await this.#said(id), await this.#waiting(id)]
    return { prompts: prompts ?? [], said, waiting: waiting.length, problem: this.#problems.get(id) ?? null }
  }

  /**
   * What a run is asked from its next checkpoint on; nothing ends it. What it said to other prompts is dropped.
   * @throws HearthError BAD_INPUT, MODEL_UNSUPPORTED, MEMORY_FULL, NOT_ENOUGH_DISK, RECIPE_MISMATCH
   */
  async ask(run: string, prompts: readonly TrialPrompt[]): Promise<void> {
    const { state, request, recipe } = this.#ports.training.runs.known(run)
    if (llamaWays[request.method] !== 'beside' || recipe?.classes)
      throw new HearthError('BAD_INPUT', 'what this method makes cannot be asked beside the training')
    if (state !== 'ready' && state !== 'paused') throw new HearthError('BAD_INPUT', 'pause the run first')
    const [first] = prompts
    // What cannot be asked is refused before anything is trained.
    if (first) await this.#ports.engine.optionsFor(await this.#ports.files.baseOf(run, this.#stopping.signal), first)
    await this.#inTurn(async () => {
      await rm(this.#folder(run), { recursive: true, force: true })
      this.#problems.delete(run)
      if (!first) return
      await mkdir(this.#folder(run), { recursive: true, mode: 0o700 })
      await writeFileAtomic(join(this.#folder(run), 'prompts.json'), JSON.stringify(prompts))
    })
  }

  #go(run: string): void {
    void this.#inTurn(() => this.#sayAll(run)).catch((error: unknown) => {
      if (this.#stopping.signal.aborted || !this.#ports.training.runs.get(run)) return
      this.#ports.log.warn('a checkpoint could not be asked', { run, error })
      const code = error instanceof HearthError ? error.code : 'INTERNAL'
      this.#problems.set(run, { code, message: messageOf(error) })
    })
  }

  async #sayAll(run: string): Promise<void> {
    const { signal } = this.#stopping
    const prompts = await this.#prompts(run)
    const waiting = await this.#waiting(run)
    const [first] = prompts ?? []
    if (!prompts || !first || waiting.length === 0) return
    const { files, engine } = this.#ports
    const base = await engine.optionsFor(await files.baseOf(run, signal), first)
    for (const step of waiting) {
      const begun = performance.now()
      const file = join(this.#folder(run), `${step}.gguf`)
      const adapter = { file, hash: `${run}/${step}`, scale: 1 }
      const texts = await engine.sayAll({ ...base, adapter }, prompts, SAMPLING, signal)
      const sample: CheckpointSample = { step, texts, milliseconds: performance.now() - begun }
      await appendFile(this.#lines(run), `${JSON.stringify(sample)}\n`)
      await rm(file)
    }
    this.#problems.delete(run)
  }

  /** Null where nothing was asked for. */
  async #prompts(run: string): Promise<TrialPrompt[] | null> {
    const text = await readFile(join(this.#folder(run), 'prompts.json'), 'utf8').catch(() => null)
    return text === null ? null : Prompts.parse(JSON.parse(text))
  }

  /** In the order of the steps; a line that a crash has torn, or has repeated, is left out. */
  async #said(run: string): Promise<CheckpointSample[]> {
    const text = await readFile(this.#lines(run), 'utf8').catch(() => '')
    const found = new Map<number, CheckpointSample>()
    for (const line of text.split('\n')) {
      const sample = CheckpointSample.safeParse(jsonOf(line)).data
      if (sample) found.set(sample.step, sample)
    }
    return [...found.values()].toSorted((a, b) => a.step - b.step)
  }

  /** The steps whose adapters have not spoken. */
  async #waiting(run: string): Promise<number[]> {
    const names = await readdir(this.#folder(run)).catch((): string[] => [])
    return names
      .flatMap((name) => ADAPTER.exec(name)?.[1] ?? [])
      .map(Number)
      .toSorted((a, b) => a - b)
  }

  #folder(run: string): string {
    return join(this.#ports.training.files.folder(run), 'samples')
  }

  #lines(run: string): string {
    return join(this.#folder(run), 'said.jsonl')
  }
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}
