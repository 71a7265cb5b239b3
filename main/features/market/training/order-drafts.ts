import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { trainerContract } from '../../../../common/children/trainer.ts'
import { quoteRoute } from './job-messages.ts'
import type { MachineRow } from '../../../../common/model/market.ts'
import { milestonesOf, trainingWorkHash, type TrainingWork } from '../../../../common/model/training-job.ts'
import { HearthError, isErrorCode, messageOf } from '../../../../common/errors/index.ts'
import { termsOf, type Terms } from '../../../work/kinds/training/index.ts'
import type { Db } from '../../../core/db/open.ts'
import type { SupervisedProcess } from '../../../core/processes/supervised.ts'
import type { BlobStore, SealedFile } from '../../file-transfer/index.ts'
import type { MarketRepository } from '../compute/index.ts'
import type { Ask, PeerAddress } from '../../peers/index.ts'
import type { TrainingService } from '../../training/runs/index.ts'

/** What a machine asks for a run. */
export interface Quote {
  readonly machine: MachineRow
  readonly terms: Terms | null
  /** Why the machine does not take it. */
  readonly refusal: { readonly code: string; readonly message: string } | null
}

export interface Draft {
  readonly run: string
  readonly work: TrainingWork
  readonly files: { readonly data: SealedFile; readonly start: SealedFile | null }
}

interface Ports {
  readonly db: Db
  readonly training: TrainingService
  readonly trainer: SupervisedProcess<typeof trainerContract>
  readonly market: MarketRepository
  readonly blobs: BlobStore
  readonly account: () => string | null
  readonly ask: (machine: PeerAddress) => Ask
}

const QUOTE_TIMEOUT_MS = 120_000

/** Asks machines what a run would cost there, and makes the work that an order names. */
export class OrderDrafts {
  readonly #ports: Ports

  constructor(ports: Ports) {
    this.#ports = ports
  }

  /**
   * Every live machine's answer, the cheapest first. Others' machines measure a step of the recipe for it, so it may
   * take a while.
   */
  async quotes(run: string): Promise<Quote[]> {
    const { recipe, step } = await this.#ports.training.market.forMarket(run)
    const account = this.#ports.account()
    const machines = this.#ports.market
      .liveMachines()
      .filter((machine) => machine.owner !== account?.toLowerCase() && machine.addresses.length > 0)
    const quotes = await Promise.all(machines.map((machine) => this.#quote(machine, recipe, step)))
    const rank = ({ terms }: Quote): bigint => (terms ? terms.price * BigInt(terms.milestones) : 2n ** 256n)
    return quotes.toSorted((a, b) => (rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : 0))
  }

  /** Seals a run's data and fixes the work, so that an order can name its hash. */
  async draft(run: string, milestones: number): Promise<{ work: string }> {
    const { recipe, step } = await this.#ports.training.market.forMarket(run)
    const { folder } = this.#ports.training.place(run)
    const start = step === 0 ? null : await this.#checkpoint(folder)
    const work: TrainingWork = { version: 1, recipe, start, milestones: milestonesOf(recipe, step, milestones) }
    const hash = trainingWorkHash(work)
    if (this.byHash(hash)) return { work: hash }
    const draft: Draft = {
      run,
      work,
      files: {
        data: await this.#ports.blobs.add(join(folder, 'data.htd')),
        start: start && (await this.#sealStart(folder)),
      },
    }
    this.#ports.db
      .prepare('insert into training_drafts (work, run, draft) values (?, ?, ?)')
      .run(hash, run, JSON.stringify(draft))
    return { work: hash }
  }

  byHash(hash: string): Draft | null {
    const row = this.#ports.db
      .prepare<[string], { draft: string }>('select draft from training_drafts where work = ?')
      .get(hash)
    return row ? (JSON.parse(row.draft) as Draft) : null
  }

  /** Forgets a draft and its sealed files once its job is over. */
  async discard(work: string, { data, start }: Draft['files']): Promise<void> {
    this.#ports.db.prepare('delete from training_drafts where work = ?').run(work)
    for (const file of [data, start]) if (file) await this.#ports.blobs.remove(file.hash)
  }

  async #checkpoint(folder: string): Promise<{ step: number; hash: string }> {
    const { step, last } = await this.#ports.trainer.client.commitment({ folder })
    return { step, hash: last }
  }

  async #sealStart(folder: string): Promise<SealedFile> {
    const out = join(folder, 'start.hpb')
    await this.#ports.trainer.client.bundle({ folder, beacon: 'start', out, from: null })
    const file = await this.#ports.blobs.add(out)
    await rm(out)
    return file
  }

  async #quote(machine: MachineRow, recipe: TrainingWork['recipe'], step: number): Promise<Quote> {
    try {
      const { message } = await this.#ports.ask(machine)(
        quoteRoute,
        {},
        { type: 'ask', recipe },
        null,
        QUOTE_TIMEOUT_MS,
      )
      const terms = termsOf(recipe, step, BigInt(message.pricePerSecond), message.secondsPerStep)
      return { machine, terms, refusal: null }
    } catch (error) {
      return {
        machine,
        terms: null,
        refusal: {
          code: error instanceof HearthError && isErrorCode(error.code) ? error.code : 'INTERNAL',
          message: messageOf(error),
        },
      }
    }
  }
}
