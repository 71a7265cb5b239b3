import { existsSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import * as z from 'zod'
import type { trainerContract, Verdict } from '../../../../common/children/trainer.ts'
import type { ProofFacts } from '../../../../common/model/proof.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import type { JobQueue, JobRunner } from '../../../core/job-runner/index.ts'
import type { DataPaths } from '../../../core/paths.ts'
import type { SupervisedProcess } from '../../../core/processes/supervised.ts'
import type { BaseStore, TrainingService } from '../runs/index.ts'

const Verification = z.object({ bundle: z.string(), base: z.string(), data: z.string() })
type Verification = z.infer<typeof Verification>

interface Ports {
  readonly jobs: JobRunner
  readonly training: TrainingService
  readonly bases: BaseStore
  /** The engine in its sandbox: a proof is a stranger's file. */
  readonly checker: SupervisedProcess<typeof trainerContract>
  /** What base models need to be read, wherever their links lead. */
  readonly basePaths: () => readonly string[]
  readonly paths: Pick<DataPaths, 'uploads'>
}

/** Proofs of training that somebody handed over: what they say, and whether it holds. */
export class ProofService {
  readonly #ports: Ports
  readonly #queue: JobQueue<Verification, Verdict>

  constructor(ports: Ports) {
    this.#ports = ports
    this.#queue = ports.jobs.register({
      type: 'proof-verification',
      payload: Verification,
      recovery: 'resume',
      // Nobody waits any more for what was cut off.
      attempts: 1,
      concurrency: 1,
      pausable: false,
      keeps: () => false,
      run: ({ payload, signal }) => this.#apart(payload, signal),
    })
  }

  /** Files that are read at present. */
  get files(): string[] {
    return this.#queue.open().flatMap(({ payload: { bundle, data } }) => [bundle, data])
  }

  /** @throws HearthError PROOF_FAILED, NOT_FOUND */
  async inspect(upload: string): Promise<{ facts: ProofFacts; base: boolean; run: { name: string } | null }> {
    const facts = await this.#factsOf(await this.#fileOf(upload))
    return {
      facts,
      base: (await this.#ports.bases.pathOf(facts.recipe.base.hash)) !== null,
      run: this.#dataOf(facts)?.run ?? null,
    }
  }

  /** @throws HearthError BASE_MISSING, RECIPE_MISMATCH, DATASET_BROKEN, PROOF_FAILED, ABORTED */
  async verify(upload: string, data: string | null): Promise<Verdict> {
    const bundle = await this.#fileOf(upload)
    const facts = await this.#factsOf(bundle)
    const base = await this.#ports.bases.pathOf(facts.recipe.base.hash)
    if (base === null)
      throw new HearthError('BASE_MISSING', `show Hearth the base model ${facts.recipe.base.name} under Train first`)
    const prepared = data === null ? this.#dataOf(facts)?.file : await this.#fileOf(data)
    if (prepared === undefined)
      throw new HearthError('BAD_INPUT', 'the prepared data of this proof (data.htd) is not here; choose it')
    const verdict = await this.#queue.run({ bundle, base, data: prepared }, { name: facts.recipe.base.name })
    for (const file of [bundle, ...(data === null ? [] : [prepared])])
      await rm(dirname(file), { recursive: true, force: true })
    return verdict
  }

  #factsOf(bundle: string): Promise<ProofFacts> {
    return this.#ports.checker.apart({ write: [], read: [bundle] }, (client) => client.inspectBundle({ bundle }))
  }

  /** In a process of its own that sees these files alone, and ends where nobody wants the answer any more. */
  #apart({ bundle, base, data }: Verification, signal: AbortSignal): Promise<Verdict> {
    return this.#ports.checker.apart({ write: [], read: [bundle, data, base, ...this.#ports.basePaths()] }, (client) =>
      client.verify({ bundle, base, data, expected: null, spin: false }, { signal }),
    )
  }

  /** A run here that learns from the same prepared data. */
  #dataOf({ recipe }: ProofFacts): { file: string; run: { name: string } } | null {
    const { runs, files } = this.#ports.training
    for (const { id, recipe: own, request } of runs.list()) {
      const file = join(files.folder(id), 'data.htd')
      if (own?.data.root === recipe.data.root && existsSync(file)) return { file, run: { name: request.name } }
    }
    return null
  }

  /** The one file of an upload. @throws HearthError NOT_FOUND */
  async #fileOf(upload: string): Promise<string> {
    const folder = join(this.#ports.paths.uploads, upload)
    const [file] = await readdir(folder).catch((): string[] => [])
    if (file === undefined) throw new HearthError('NOT_FOUND', 'choose the file again')
    return join(folder, file)
  }
}
