import { freemem } from 'node:os'
import type * as z from 'zod'
import { trainingWorkHash, type JobRow, type TrainingWork } from '../../../../common/model/training-job.ts'
import { plain } from '../../../../common/model/job-saying-names.ts'
import { COIN_SYMBOL, formatCoins } from '../../../../common/model/money.ts'
import type { TrainingProviderState } from '../../../../common/model/training-job-state.ts'
import type { LogEntry } from '../../../../common/model/training.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import { pause, type Clock } from '../../../core/clock.ts'
import type { BlobStore, FileTicket } from '../../file-transfer/index.ts'
import type { Answers, PartyService } from '../../peers/index.ts'
import { refusalOf, type TrainingKind } from '../../../work/kinds/training/index.ts'
import type { Refusal } from '../../../work/index.ts'
import type { Followed, JobMessages, JobSubject, QuoteMessages, QuoteSubject } from './job-messages.ts'
import type { JobRepository } from './job-repository.ts'
import { QuoteBudget } from './quote-budget.ts'
import { isTakenOn, type TrainingProviderJob, type TrainingProviderJobs } from './provider-job.ts'

const ANSWER_STEP_MS = 150
const ENTRIES_AT_ONCE = 200
/** Who asks for a quote has coins for so long at the owner's price, and this much where that is next to nothing. */
const QUOTE_WORTH_SECONDS = 600n
const QUOTE_WORTH_LEAST = 10n ** 15n

export interface Misfit {
  /** Milliseconds since 1970. */
  readonly time: number
  readonly why: string
}

export interface IntakePorts {
  readonly clock: Clock
  readonly jobs: TrainingProviderJobs
  readonly reads: JobRepository
  readonly kind: TrainingKind
  readonly blobs: BlobStore
  readonly account: () => string | null
  /** An account's free coins in the market. */
  readonly free: (account: string) => bigint
  /** Whether an account has a staked machine on the market. */
  readonly staked: (account: string) => boolean
  /** Units a second that the owner asks for. */
  readonly price: () => bigint
  /** Whether the owner trains here at present. */
  readonly ownerTrains: () => boolean
  readonly freeDisk: () => Promise<number>
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
  readonly #budget = new QuoteBudget()
  #specifying = 0
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

  /** Quotes, for wallets that have something to lose. */
  readonly quotes: PartyService<QuoteSubject, QuoteMessages, string> = {
    party: (_subject, wallet) => {
      const asked = this.#ports.price() * QUOTE_WORTH_SECONDS
      const worth = asked > QUOTE_WORTH_LEAST ? asked : QUOTE_WORTH_LEAST
      if (this.#ports.free(wallet) < worth && !this.#ports.staked(wallet))
        throw new HearthError(
          'INSUFFICIENT_FUNDS',
          `a quote is for wallets with ${formatCoins(worth)} ${COIN_SYMBOL} free in the market, or a staked machine`,
        )
      return wallet
    },
    answers: {
      ask: async ({ message: { recipe }, party: wallet, gone }) => {
        this.#requireWilling(null)
        await this.#measure(recipe, wallet, gone)
        const { secondsPerStep } = await this.#quote(wholeRun(recipe), null)
        return { message: { pricePerSecond: this.#ports.price().toString(), secondsPerStep } }
      },
    },
  }

  /** Measures a recipe that is not known here yet, within the budgets of quotes. */
  async #measure(recipe: TrainingWork['recipe'], wallet: string, gone: AbortSignal): Promise<void> {
    const { kind } = this.#ports
    if (kind.engine.knows(recipe)) return
    if (this.#engineHasWork()) throw new HearthError('MACHINE_BUSY', 'the machine is working for a job')
    await this.#budget.measure(wallet, gone, () => ({
      result: kind.measure(recipe),
      // A job that was placed meanwhile must not lose its engine.
      end: async () => void (this.#engineHasWork() || (await kind.engine.restart())),
    }))
  }

  #engineHasWork(): boolean {
    return this.#specifying > 0 || this.#ports.kind.engine.busy || this.#ports.jobs.unfinished().some(isTakenOn)
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
      this.#specifying++
      await this.#specify(party, message).finally(() => this.#specifying--)
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
    work: TrainingWork,
    job: number | null,
  ): Promise<{ base: string; secondsPerStep: number; memoryBytes: number }> {
    this.#requireWilling(job)
    const quote = await this.#ports.kind.quote(work, {
      pricePerSecond: this.#ports.price(),
      freeMemory: freemem(),
      freeDisk: await this.#ports.freeDisk(),
      operationsPerSecond: null,
    })
    if (quote.refusal) throw this.#refuse(quote)
    const { base, secondsPerStep } = await this.#ports.kind.measure(work.recipe)
    return { base, secondsPerStep, memoryBytes: quote.memoryBytes }
  }

  #requireWilling(job: number | null): void {
    const unwilling = this.#ports.jobs.unfinished().some((other) => other.subjectId !== job && isTakenOn(other))
      ? 'the machine is working on another job'
      : this.#unwilling()
    if (unwilling) throw new HearthError('MACHINE_BUSY', unwilling)
  }

  #unwilling(): string | null {
    const reasons = this.#refusals.map((reason) => reason()).filter((reason) => reason !== null)
    return reasons[0] ?? (this.#ports.ownerTrains() ? 'the owner is training on this machine' : null)
  }

  /** The doctor shows what was too large. */
  #refuse({ refusal: { code, why } }: Refusal): HearthError {
    this.#misfit = { time: this.#ports.clock.now(), why }
    return new HearthError(code, why)
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
    const { base, secondsPerStep, memoryBytes } = await this.#quote(work, row.id)
    const refused = refusalOf(work, row, this.#ports.price(), secondsPerStep)
    if (refused) throw new HearthError(refused.refusal.code, refused.refusal.why)
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
    const { steps, method, base: named } = work.recipe
    this.#ports.jobs.report(moved, {
      code: 'recipe',
      args: { steps, method: method.kind, base: named.name, size: data.bytes + (start?.bytes ?? 0) },
    })
  }

  /** When the last file is here: opens and checks them, once however often the customer asks. */
  async #receiveAll(job: TrainingProviderJob): Promise<void> {
    const { work, files } = job.payload
    for (const file of [files!.data, files!.start]) if (file && !(await this.#ports.blobs.has(file.hash))) return
    const id = job.subjectId
    const opening = this.#opening.get(id) ?? this.#ports.kind.engine.open(id, work!, files!)
    this.#opening.set(id, opening)
    try {
      await opening
    } finally {
      this.#opening.delete(id)
    }
    const current = this.#ports.jobs.get(id)!
    if (current.state !== 'receiving') return
    this.#ports.jobs.report(this.#ports.jobs.move(current, 'received'), plain('allReceived'))
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
          (await this.#ports.kind.engine.log(id)).slice(afterEntry, afterEntry + ENTRIES_AT_ONCE),
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

/** What a recipe is as work, before anybody has fixed its milestones. */
const wholeRun = (recipe: TrainingWork['recipe']): TrainingWork => ({
  version: 1,
  recipe,
  start: null,
  milestones: [recipe.steps],
})
