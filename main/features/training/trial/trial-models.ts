import { existsSync, readdirSync } from 'node:fs'
import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { freemem } from 'node:os'
import { join } from 'node:path'
import * as z from 'zod'
import type { trainerContract } from '../../../../common/children/trainer.ts'
import { llamaWays } from '../../../../common/model/recipe-presets.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import { writeFileAtomic } from '../../../core/files.ts'
import { inTurn } from '../../../core/in-turn.ts'
import type { JobContext, JobQueue, JobRunner } from '../../../core/job-runner/index.ts'
import type { SupervisedProcess } from '../../../core/processes/supervised.ts'
import { assertRoom } from '../../avatar/models/index.ts'
import type { TrainingService } from '../runs/index.ts'

const HALF_BYTES = 2
/** A parameter while a model is written: it is read as float32, beside what is written. */
const WRITING_BYTES = 8

/** A base as llama.cpp reads it, and what makes it the trained one. */
const TrialModels = z.object({
  base: z.string(),
  /** Of the base's file, so that another one in its place is noticed. */
  size: z.number(),
  modified: z.number(),
  hash: z.string(),
  adapter: z.string().nullable(),
  /** The trained model as a file of its own, where the adapter cannot be loaded beside the base. */
  folded: z.string().nullable(),
  /** The chat template that the run was taught by; the model's own without. */
  template: z.string().optional(),
})
export type TrialModels = z.infer<typeof TrialModels>

const Payload = z.object({ run: z.uuid() })
type Payload = z.infer<typeof Payload>

interface Ports {
  readonly jobs: JobRunner
  readonly training: TrainingService
  readonly trainer: SupervisedProcess<typeof trainerContract>
  readonly folder: string
}

/** Files of runs that are tried: made at the first question, and deleted with their run. */
export class TrialModelFiles {
  readonly #ports: Ports
  readonly #queue: JobQueue<Payload, TrialModels>
  /** Two runs may want the same base. */
  readonly #inTurn = inTurn()

  constructor(ports: Ports) {
    this.#ports = ports
    this.#queue = ports.jobs.register({
      type: 'trial-models',
      payload: Payload,
      recovery: 'resume',
      attempts: 2,
      concurrency: 1,
      pausable: false,
      subject: ({ run }) => run,
      run: (job) => this.#make(job),
    })
  }

  /** @throws HearthError BAD_INPUT for what llama.cpp cannot run */
  async of(run: string): Promise<TrialModels> {
    const { name } = this.#ports.training.runs.known(run).request
    this.#wayOf(run)
    return (await this.#made(run)) ?? this.#queue.run({ run }, { name })
  }

  /**
   * The base that a run learns on, as llama.cpp reads it, while it learns. @throws HearthError MEMORY_FULL,
   * NOT_ENOUGH_DISK, RECIPE_MISMATCH
   */
  async baseOf(run: string, signal: AbortSignal): Promise<Pick<TrialModels, 'base' | 'hash' | 'template'>> {
    const { training, trainer, folder } = this.#ports
    const { folder: own, base: source } = training.place(run)
    const { hash, parameters } = await trainer.client.inspect({ base: source })
    if (hash !== training.runs.known(run).recipe?.base.hash) throw otherBase(source)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const [base, template] = [await this.#baseFile(source, hash, parameters, signal), await templateOf(own)]
    return { base, hash, ...(template === null ? {} : { template }) }
  }

  /** Folds a run's adapter into its base, in half precision. @throws HearthError as `of` */
  async fold(run: string, out: string): Promise<void> {
    const { trainer, folder } = this.#ports
    const { source, adapter, parameters } = await this.#partsOf(run)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await assertFits(parameters, folder)
    await trainer.client.merge({ base: source, adapter, out, format: 'gguf-f16' })
  }

  /** Deletes what belongs to no run any more. @param halves what is half written as well: nobody is writing yet */
  async sweep(halves: boolean): Promise<void> {
    const { training, folder } = this.#ports
    if (!existsSync(folder)) return
    const kept = new Set(training.runs.list().flatMap(({ id, recipe }) => [id, recipe?.base.hash]))
    for (const name of readdirSync(folder))
      if (name.endsWith('.part') ? halves : !kept.has(name.slice(0, name.indexOf('.'))))
        await rm(join(folder, name), { force: true })
  }

  #wayOf(run: string): 'beside' | 'folded' {
    const { state, recipe, request } = this.#ports.training.runs.known(run)
    const way = llamaWays[request.method]
    if (!way || recipe?.classes)
      throw new HearthError(
        'BAD_INPUT',
        recipe?.classes
          ? 'this run sorts texts into classes and writes none; its adapter can be tried with PEFT'
          : `llama.cpp cannot run adapters of the method ${request.method}; this one can be tried with PEFT`,
      )
    if (state !== 'finished') throw new HearthError('BAD_INPUT', 'this run has nothing to try yet')
    return way
  }

  /** What was made before, where all of it is still there and of the same base. */
  async #made(run: string): Promise<TrialModels | null> {
    // What cannot be read is made again.
    const note = await readFile(this.#note(run), 'utf8')
      .then(JSON.parse)
      .catch(() => null)
    const { data } = TrialModels.safeParse(note)
    if (!data || !existsSync(data.adapter ?? data.folded ?? '')) return null
    const found = await stat(data.base).catch(() => null)
    return found?.size === data.size && found.mtimeMs === data.modified ? data : null
  }

  /** The adapter of a run and the base that it learnt on. @throws HearthError RECIPE_MISMATCH for another base */
  async #partsOf(run: string) {
    const { training, trainer } = this.#ports
    const way = this.#wayOf(run)
    const { path: adapter, base } = training.finishedAdapter(run)
    const source = training.place(run).base
    const { hash, parameters } = await trainer.client.inspect({ base: source })
    if (hash !== base.hash) throw otherBase(source)
    return { way, adapter, source, hash, parameters }
  }

  async #make({ payload: { run }, signal, progress }: JobContext<Payload>): Promise<TrialModels> {
    const { trainer, folder } = this.#ports
    const { way, adapter, source, hash, parameters } = await this.#partsOf(run)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const at = (done: number): void => progress({ step: 'writing', done, of: 2, unit: 'items' })
    at(0)
    const file = await this.#baseFile(source, hash, parameters, signal)
    at(1)
    const changed = await this.#written(`${run}.gguf`, way === 'folded' ? parameters : 0, signal, (out) =>
      way === 'folded'
        ? trainer.client.merge({ base: source, adapter, out, format: 'gguf-f16' })
        : trainer.client.convert({ base: source, adapter, out }),
    )
    const template = await templateOf(adapter)
    const { size, mtimeMs: modified } = await stat(file)
    const models: TrialModels = {
      base: file,
      size,
      modified,
      hash,
      adapter: way === 'beside' ? changed : null,
      folded: way === 'folded' ? changed : null,
      ...(template === null ? {} : { template }),
    }
    await writeFileAtomic(this.#note(run), JSON.stringify(models))
    return models
  }

  /** A base that is a GGUF file is read where it lies; a folder is written once, in half precision. */
  async #baseFile(source: string, hash: string, parameters: number, signal: AbortSignal): Promise<string> {
    if (!(await stat(source)).isDirectory()) return source
    return this.#written(`${hash}.gguf`, parameters, signal, (out) =>
      this.#ports.trainer.client.toGguf({ base: source, out }),
    )
  }

  #note(run: string): string {
    return join(this.#ports.folder, `${run}.json`)
  }

  /**
   * A file of the folder, written where it is not there whole. @param parameters of a whole model, which is written in
   * half precision; 0 for an adapter @throws HearthError MEMORY_FULL, NOT_ENOUGH_DISK before anything is written
   */
  #written(
    name: string,
    parameters: number,
    signal: AbortSignal,
    write: (out: string) => Promise<unknown>,
  ): Promise<string> {
    const file = join(this.#ports.folder, name)
    return this.#inTurn(async () => {
      if (existsSync(file)) return file
      await assertFits(parameters, this.#ports.folder)
      const part = `${file}.part`
      try {
        await write(part)
        signal.throwIfAborted()
        await rename(part, file)
      } finally {
        await rm(part, { force: true })
      }
      return file
    })
  }
}

const otherBase = (source: string) =>
  new HearthError('RECIPE_MISMATCH', `the model at ${source} is not the one any more that this run learnt on`)

/** The template that a run wrote beside its adapter, where its person chose one. */
const templateOf = (adapter: string): Promise<string | null> =>
  readFile(join(adapter, 'chat_template.jinja'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })

async function assertFits(parameters: number, folder: string): Promise<void> {
  const [needed, free] = [parameters * WRITING_BYTES, freemem()]
  if (needed > free)
    throw new HearthError(
      'MEMORY_FULL',
      `writing this model for llama.cpp takes ${Math.ceil(needed / 2 ** 30)} GiB of memory, and ` +
        `${Math.floor(free / 2 ** 30)} are free; close something, or train on a GGUF file of it`,
    )
  await assertRoom(folder, parameters * HALF_BYTES)
}
