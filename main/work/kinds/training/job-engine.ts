import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ContractRouterClient } from '@orpc/contract'
import type { Estimate, Expectation, trainerContract, Verdict } from '../../../../common/children/trainer.ts'
import type { Recipe } from '../../../../common/model/recipe.ts'
import { parseLog, type LogEntry } from '../../../../common/model/training.ts'
import type { TrainingWork } from '../../../../common/model/training-job.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import { writeFileAtomic } from '../../../core/files.ts'
import type { SupervisedProcess } from '../../../core/processes/supervised.ts'
import { openSealed, type BlobStore, type SealedFile } from '../../../features/file-transfer/index.ts'

const KEPT_QUOTES = 64

/** Other people's training on this machine, in an engine process of its own. A job's folder is a run's folder. */
export class JobEngine {
  readonly #engine: SupervisedProcess<typeof trainerContract>
  readonly #blobs: BlobStore
  readonly #folder: string
  readonly #quotes = new Map<string, Promise<Estimate>>()
  /** Calls of jobs and juries that are under way. */
  #busy = 0

  constructor(ports: { engine: SupervisedProcess<typeof trainerContract>; blobs: BlobStore; folder: string }) {
    this.#engine = ports.engine
    this.#blobs = ports.blobs
    this.#folder = ports.folder
  }

  get pid(): number | undefined {
    return this.#engine.pid
  }

  folder(job: number): string {
    return join(this.#folder, String(job))
  }

  stop(): Promise<void> {
    return this.#engine.stop()
  }

  /** What a recipe takes on this machine: measured once, for what decides the time is in the graphs. */
  measure(recipe: Recipe, base: string): Promise<Estimate> {
    const key = keyOf(recipe)
    const known = this.#quotes.get(key)
    if (known) return known
    if (this.#quotes.size >= KEPT_QUOTES) this.#quotes.clear()
    const measured = this.#engine.client.quote({ recipe, base, spin: false })
    this.#quotes.set(key, measured)
    measured.catch(() => this.#quotes.delete(key))
    return measured
  }

  /** Whether a recipe has been measured already, or is being measured. */
  knows(recipe: Recipe): boolean {
    return this.#quotes.has(keyOf(recipe))
  }

  /** Whether a job or a jury has the engine at this moment; a run that trains is not counted. */
  get busy(): boolean {
    return this.#busy > 0
  }

  /** Ends whatever the engine does; the next call starts it anew. */
  restart(): Promise<void> {
    return this.#engine.restart()
  }

  /** In an engine that sees this job's folder and what it reads beside, and nothing of another job. */
  async #within<T>(
    job: number,
    use: (engine: ContractRouterClient<typeof trainerContract>) => Promise<T>,
    read: readonly string[] = [],
  ): Promise<T> {
    this.#busy++
    try {
      return await this.#engine.apart({ write: [this.folder(job)], read }, use)
    } finally {
      this.#busy--
    }
  }

  /** Makes a job's folder from the customer's sealed files, and checks that they are what the work names. */
  async open(
    job: number,
    work: TrainingWork,
    files: { readonly data: SealedFile; readonly start: SealedFile | null },
  ): Promise<void> {
    const folder = this.folder(job)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await openSealed(this.#blobs.path(files.data.hash), join(folder, 'data.htd'), files.data.key)
    await writeFileAtomic(join(folder, 'recipe.json'), JSON.stringify(work.recipe))
    await this.#within(job, (engine) => engine.checkData({ recipe: work.recipe, data: join(folder, 'data.htd') }))
    if (!work.start) return
    if (!files.start) throw new HearthError('WORK_MISMATCH', 'the checkpoint that the work goes on from is missing')
    const bundle = join(folder, 'start.hpb')
    await openSealed(this.#blobs.path(files.start.hash), bundle, files.start.key)
    const { step, hash } = await this.#within(job, (engine) => engine.adopt({ bundle, folder }))
    await rm(bundle)
    if (step !== work.start.step || hash !== work.start.hash)
      throw new HearthError('WORK_MISMATCH', 'the checkpoint is not the one that the work goes on from')
  }

  async log(job: number): Promise<LogEntry[]> {
    return parseLog(await readFile(join(this.folder(job), 'log.jsonl'), 'utf8').catch(() => ''))
  }

  commitment(job: number): Promise<{ root: string; checkpoints: number }> {
    return this.#within(job, (engine) => engine.commitment({ folder: this.folder(job) }))
  }

  /** Packs the proof that a beacon asks for and seals it for the customer. */
  async prove(job: number, beacon: string, from: number): Promise<SealedFile> {
    const out = this.evidence(job).proof
    await this.#within(job, (engine) => engine.bundle({ folder: this.folder(job), beacon, out, from }))
    return this.#blobs.add(out)
  }

  /** Executes our own proof again, as a jury would. */
  check(job: number, base: string, expected: Expectation): Promise<Verdict> {
    const { data, proof } = this.evidence(job)
    return this.#within(job, (engine) => engine.verify({ bundle: proof, base, data, expected, spin: false }), [base])
  }

  /** What a jury must see of a job that was done here. */
  evidence(job: number): { data: string; proof: string } {
    const folder = this.folder(job)
    return { data: join(folder, 'data.htd'), proof: join(folder, 'proof.hpb') }
  }

  /**
   * Executes the proof of a job between others.
   * @throws HearthError where what was shown cannot be read or does not belong together
   */
  async judge(
    job: number,
    work: TrainingWork,
    base: string,
    { data, proof }: { readonly data: SealedFile; readonly proof: SealedFile },
    expected: Expectation,
  ): Promise<Verdict> {
    const paths = this.evidence(job)
    await mkdir(this.folder(job), { recursive: true, mode: 0o700 })
    await openSealed(this.#blobs.path(data.hash), paths.data, data.key)
    await openSealed(this.#blobs.path(proof.hash), paths.proof, proof.key)
    const { data: file, proof: bundle } = paths
    await this.#within(job, (engine) => engine.checkData({ recipe: work.recipe, data: file }))
    return this.#within(job, (engine) => engine.verify({ bundle, base, data: file, expected, spin: false }), [base])
  }

  /** Deletes what the customer sent and what came of it. */
  async clear(job: number, files: readonly (SealedFile | null)[]): Promise<void> {
    await rm(this.folder(job), { recursive: true, force: true })
    for (const file of files) if (file) await this.#blobs.remove(file.hash)
  }
}

const keyOf = ({ base, batch, engine: { graphs, threads, profile } }: Recipe): string =>
  [base.hash, base.format, graphs, threads, profile, batch.accumulation].join('/')
