import { freemem } from 'node:os'
import type * as z from 'zod'
import { trainingWorkHash, type JobRow, type TrainingWork } from '../../../../common/model/training-job.ts'
import type { TrainingProviderState } from '../../../../common/model/training-job-state.ts'
import type { LogEntry } from '../../../../common/model/training.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import { pause, type Clock } from '../../../core/clock.ts'
import type { BlobStore, FileTicket } from '../../file-transfer/index.ts'
import type { Answers, PartyService } from '../../peers/index.ts'
import type { JobEngine } from './job-engine.ts'
import type { Followed, JobMessages, JobSubject, QuoteMessages } from './job-messages.ts'
import type { JobRepository } from './job-repository.ts'
import { isTakenOn, type TrainingProviderJob, type TrainingProviderJobs } from './provider-job.ts'

const ANSWER_STEP_MS = 150
const ENTRIES_AT_ONCE = 200
/** A quote is a measurement; what the owner's other programs do moves it by about this much. */
const QUOTE_SLACK_PERCENT = 125n

export interface Misfit {
  /** Milliseconds since 1970. */
  readonly time: number
  readonly why: string
}

export interface IntakePorts {
  readonly clock: Clock
  readonly jobs: TrainingProviderJobs
  readonly reads: JobRepository
  readonly engine: JobEngine
  readonly blobs: BlobStore
  readonly account: () => string | null
  /** An account's free coins in the market. */
  readonly free: (account: string) => bigint
  /** Units a second that the owner asks for. */
  readonly price: () => bigint
  /** Whether the owner trains here at present. */
  readonly ownerTrains: () => boolean
  readonly freeDisk: () => Promise<number>
  /** The base model with this hash, where it lies here. */
  readonly baseOf: (hash: string) => Promise<string | null>
  /** Told when everything of a job is here. */
  readonly onReady: () => void
}

interface Party {
  readonly row: JobRow
  readonly job: TrainingProviderJob
}

/** What a provider answers its customers: quotes, taking work in, news, and proofs. */
export class ProviderIntake implements PartyService<JobSubject, JobMessages, Party> {
  readonly #ports: IntakePorts
  readonly #opening = new Map<number, Promise<void>>()
  readonly #refusals: (() => string | null)[] = []
  #misfit: Misfit | null = null

  constructor(ports: IntakePorts) {
    this.#ports = ports
  }

  /** Registers somebody who may say why no job is taken at present. */
  refuseWhile(reason: () => string | null): void {
    this.#refusals.push(reason)
  }

  /** The last training job that was too large for this machine. */
  get misfit(): Misfit | null {
    return this.#misfit
  }

  readonly quote: Answers<QuoteMessages, null> = {
    ask: async ({ message }) => {
      const { secondsPerStep } = await this.#quote(message.recipe, null)
      return { message: { pricePerSecond: this.#ports.price().toString(), secondsPerStep } }
    },
  }

  readonly party = ({ job: id }: JobSubject, wallet: string): Party => {
    const [row, job] = [this.#ports.reads.job(id), this.#ports.jobs.get(id)]
    // The customer may have seen the block first; it asks again.
    if (!row || !job) throw new HearthError('NOT_FOUND', 'this job has not been seen on the chain here yet')
    if (row.customer !== wallet) throw new HearthError('NOT_A_PARTY', 'this job is not between us')
    return { row, job }
  }

  readonly answers: Answers<JobMessages, Party> = {
    specify: async ({ message, party }) => {
      await this.#specify(party, message)
      return { message: {} }
    },
    follow: async ({ message, party }) => ({ message: await this.#news(party.row.id, message) }),
  }

  /** The customer brings the data and the checkpoint, and takes the proof. */
  ticket(id: number, wallet: string): FileTicket {
    const { job } = this.party({ job: id }, wallet)
    const { files, proof } = job.payload
    return {
      brings: files ? [files.data, ...(files.start ? [files.start] : [])] : [],
      takes: proof ? [proof.file.hash] : [],
      open: job.state === 'receiving',
      onWhole: () => this.#receiveAll(job),
    }
  }

  async #quote(
    recipe: TrainingWork['recipe'],
    job: number | null,
  ): Promise<{ base: string; secondsPerStep: number; memoryBytes: number }> {
    const unwilling = this.#ports.jobs.list().some((other) => other.subjectId !== job && isTakenOn(other))
      ? 'the machine is working on another job'
      : this.#unwilling()
    if (unwilling) throw new HearthError('MACHINE_BUSY', unwilling)
    const base = await this.#ports.baseOf(recipe.base.hash)
    if (!base) throw new HearthError('BASE_MISSING', `the base model ${recipe.base.name} is not on this machine`)
    const { memoryBytes, checkpointBytes, secondsPerStep } = await this.#ports.engine.quote(recipe, base)
    if (memoryBytes > freemem())
      throw this.#refuse(
        `it takes ${Math.ceil(memoryBytes / 2 ** 20)} MiB, ${Math.floor(freemem() / 2 ** 20)} MiB are free`,
      )
    const disk = checkpointBytes * (recipe.steps / recipe.checkpointEvery + 1)
    if (disk > (await this.#ports.freeDisk()))
      throw this.#refuse(`its checkpoints take ${Math.ceil(disk / 2 ** 20)} MiB, which the disk has not`)
    return { base, secondsPerStep, memoryBytes }
  }

  #unwilling(): string | null {
    const reasons = this.#refusals.map((reason) => reason()).filter((reason) => reason !== null)
    return reasons[0] ?? (this.#ports.ownerTrains() ? 'the owner is training on this machine' : null)
  }

  #refuse(why: string): HearthError {
    this.#misfit = { time: this.#ports.clock.now(), why }
    return new HearthError('DOES_NOT_FIT', why)
  }

  async #specify(
    { row, job }: Party,
    { work, data, start }: z.output<JobMessages['specify']['request']>,
  ): Promise<void> {
    if (trainingWorkHash(work) !== row.work || work.milestones.length !== row.milestones)
      throw new HearthError('WORK_MISMATCH', 'this work is not the one that the job names')
    if (job.state !== 'placed') {
      // The customer's app was restarted and sealed its files anew.
      if (job.state === 'receiving') this.#ports.jobs.amend(job, { files: { data, start } })
      return
    }
    const { base, secondsPerStep, memoryBytes } = await this.#quote(work.recipe, row.id)
    const steps = work.milestones.map((step, i) => step - (work.milestones[i - 1] ?? work.start?.step ?? 0))
    const seconds = Math.max(...steps) * secondsPerStep
    const due = (this.#ports.price() * BigInt(Math.ceil(seconds * 1000))) / 1000n
    if (row.price * QUOTE_SLACK_PERCENT < due * 100n)
      throw new HearthError(
        'NOT_PAID_ENOUGH',
        `a milestone takes ${Math.ceil(seconds)} seconds here, which is more than it pays`,
      )
    if (row.duration < seconds)
      throw new HearthError('DOES_NOT_FIT', `a milestone takes ${Math.ceil(seconds)} seconds here, longer than it may`)
    const account = this.#ports.account()!
    if (this.#ports.free(account) < row.price * BigInt(row.milestones))
      throw new HearthError('DOES_NOT_FIT', 'the machine’s owner has not enough coins free for the stake')
    const moved = this.#ports.jobs.move(
      this.#ports.jobs.amend(job, {
        work,
        base,
        files: { data, start },
        step: work.start?.step ?? 0,
        memory: { predicted: memoryBytes, peak: null },
      }),
      'specified',
    )
    this.#ports.jobs.report(
      moved,
      `Recipe: ${work.recipe.steps} steps of ${work.recipe.method.kind} on ${work.recipe.base.name}; receiving ${data.bytes + (start?.bytes ?? 0)} sealed bytes.`,
    )
  }

  /** When the last file is here: opens and checks them, once however often the customer asks. */
  async #receiveAll(job: TrainingProviderJob): Promise<void> {
    const { work, files } = job.payload
    for (const file of [files!.data, files!.start]) if (file && !(await this.#ports.blobs.has(file.hash))) return
    const id = job.subjectId!
    const opening = this.#opening.get(id) ?? this.#ports.engine.open(id, work!, files!)
    this.#opening.set(id, opening)
    try {
      await opening
    } finally {
      this.#opening.delete(id)
    }
    const current = this.#ports.jobs.get(id)!
    if (current.state !== 'receiving') return
    this.#ports.jobs.report(
      this.#ports.jobs.move(current, 'received'),
      'Everything is here and is what the recipe names. Taking the job on with its stake.',
    )
    this.#ports.onReady()
  }

  /** Waits until there is something the customer does not know, or the wait is over. */
  async #news(
    id: number,
    { afterLog, afterEntry, waitMs }: { afterLog: number; afterEntry: number; waitMs: number },
  ): Promise<Followed> {
    const deadline = performance.now() + waitMs
    const first = this.#ports.jobs.get(id)!.state
    let [entries, read]: [LogEntry[], number | null] = [[], null]
    for (;;) {
      const job = this.#ports.jobs.get(id)!
      const log = this.#ports.jobs.linesAfter(job, afterLog)
      // The history grows with the steps; until then there is no need to read it again.
      if (read !== job.payload.step)
        [entries, read] = [
          (await this.#ports.engine.log(id)).slice(afterEntry, afterEntry + ENTRIES_AT_ONCE),
          job.payload.step,
        ]
      if (log.length > 0 || entries.length > 0 || job.state !== first || performance.now() >= deadline) {
        return {
          state: job.state as TrainingProviderState,
          step: job.payload.step,
          tokensPerSecond: job.payload.tokensPerSecond,
          log,
          entries,
          proof: job.payload.proof,
        }
      }
      await pause(ANSWER_STEP_MS)
    }
  }
}
