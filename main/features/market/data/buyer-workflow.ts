import { existsSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { ContractRouterClient } from '@orpc/contract'
import type { curationContract } from '../../../../common/children/curation.ts'
import type { AssetMetadata, SaleRow, VersionRow } from '../../../../common/model/data-market.ts'
import { purchaseMoves, type PurchaseEvent, type PurchaseState } from '../../../../common/model/purchase-state.ts'
import { plain, type JobSaying } from '../../../../common/model/job-saying-names.ts'
import { failureOf } from '../../../../common/model/sayings.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import { pause } from '../../../core/clock.ts'
import { isSame, JobTable, type SubjectJob } from '../../../core/job-table.ts'
import { sha256Of } from '../../../core/files.ts'
import type { JobStore } from '../../../core/jobs.ts'
import type { DataPaths } from '../../../core/paths.ts'
import { drain } from '../../../core/streams.ts'
import type { ChainMonitor, SentStep } from '../../chain/index.ts'
import { ChainWorkflow, type ChainPorts } from '../../chain-workflow/index.ts'
import type { BoughtTerms } from './bought-uses.ts'
import type { Catalogue } from './catalogue.ts'
import type { DataNodeService } from '../../storage/index.ts'
import type { DataRepository } from './data-repository.ts'
import { filesIn } from '../../../core/files-in.ts'
import type { PackageFetching } from './package-fetching.ts'
import { ROWS_FILE } from './draw.ts'
import type { SaleVault } from './sale-vault.ts'

export interface PurchasePayload {
  readonly name: string
  /** Where the opened files lie. */
  readonly path: string | null
  /** What it was sold as; absent until that is known. */
  readonly terms?: BoughtTerms
  readonly sent: SentStep | null
}
export type Purchase = SubjectJob<PurchaseState, PurchasePayload>
type Purchases = JobTable<PurchaseState, PurchaseEvent, PurchasePayload>
export const purchases = (jobs: JobStore): Purchases => new JobTable(jobs, 'purchase', purchaseMoves)

const LONGEST_PAUSE_MS = 10_000
/** States of a purchase in which its key, or a segment's, may still turn out to be wrong, or is. */
const beforeEnd: ReadonlySet<PurchaseState> = new Set(['waiting', 'opened', 'fetched', 'cheated'])

const termsOf = ({ kind, licence }: AssetMetadata): BoughtTerms => ({ kind, licence })

const endOf = ({ until }: SaleRow): string => (until === null ? 'its end' : new Date(until * 1000).toISOString())

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))

interface Ports extends ChainPorts {
  readonly jobs: Purchases
  readonly reads: Pick<DataRepository, 'sales' | 'sale' | 'version' | 'asset' | 'seller'>
  readonly catalogue: Pick<Catalogue, 'described' | 'promised'>
  readonly node: Pick<DataNodeService, 'sealing'>
  readonly packages: Pick<PackageFetching, 'obtain' | 'forget' | 'withKey' | 'flaw'>
  readonly vault: Pick<SaleVault, 'open'>
  readonly curation: () => ContractRouterClient<typeof curationContract>
  readonly monitor: Pick<ChainMonitor, 'head'>
  readonly paths: Pick<DataPaths, 'library'>
  readonly isLocked: () => boolean
  /** Reaches a person who looks at no screen of ours. */
  readonly notify: (words: string) => void
}

/** The files that were described are there, and as large as was said. */
async function requireFiles(folder: string, described: AssetMetadata['files']): Promise<void> {
  const sizes = new Map((await filesIn(folder)).map(({ path, bytes }) => [path, bytes]))
  const wrong = described.find(({ path, bytes }) => sizes.get(path) !== bytes)
  if (wrong) throw new HearthError('FILE_DAMAGED', `the data opens, but ${wrong.path} is not there as it was described`)
}

/** A model is one file, and the very one that was described. */
async function requireModel(folder: string, hash: string | null): Promise<void> {
  const [file, ...others] = await filesIn(folder)
  if (!file || others.length > 0 || (await sha256Of(join(folder, file.path))) !== hash)
    throw new HearthError(
      'FILE_DAMAGED',
      'the model opens, but it is another one than was described: its SHA-256 differs',
    )
}

/** The buyer's side: opens the key, complains by itself about a wrong one, opens and checks the data. */
export class DataBuyerWorkflow extends ChainWorkflow<SaleRow, PurchaseState, PurchaseEvent, PurchasePayload> {
  readonly #ports: Ports
  readonly #steps: Readonly<Record<PurchaseState, (sale: SaleRow, job: Purchase) => void | Promise<void>>>
  /** How often in a row fetching or checking a purchase has failed. */
  readonly #failures = new Map<number, number>()
  /** Purchases and their states that a person was told about. */
  readonly #warned = new Set<string>()

  constructor(ports: Ports) {
    super(ports, { name: 'purchases', jobs: ports.jobs, everyMs: 5_000, whenCaughtUp: true, showWhy: true })
    this.#ports = ports
    const nothing = (): void => {}
    this.#steps = {
      waiting: (sale, job) => this.#await(sale, job),
      opened: (sale, job) => this.#beside(job, (signal) => Promise.race([this.#fetch(sale, job), aborted(signal)])),
      fetched: (sale, job) => this.#beside(job, () => this.#check(sale, job)),
      cheated: (sale, job) => this.#complain(sale, job),
      owned: nothing,
      damaged: nothing,
      ended: nothing,
    }
  }

  override async start(): Promise<void> {
    for (const { state, subjectId } of this.jobs.list()) {
      const sale = state === 'owned' ? this.row(subjectId) : null
      if (sale) await this.#removeSealed(sale)
    }
    await super.start()
  }

  protected rows(account: string): readonly SaleRow[] {
    return this.#ports.reads.sales('buyer', account)
  }

  protected row(id: number): SaleRow | null {
    return this.#ports.reads.sale(id)
  }

  protected seen({ state }: SaleRow): string {
    return state
  }

  /** The purchase that is lost first unless the wallet is open by then to complain, should its key be wrong. */
  get atStake(): SaleRow | null {
    const open = this.jobs.list().flatMap(({ state, subjectId }) => {
      const row = beforeEnd.has(state) ? this.row(subjectId) : null
      return row && (row.state === 'paid' || row.state === 'delivered') && !this.#isPast(row) ? [row] : []
    })
    return open.sort((a, b) => (a.until ?? 0) - (b.until ?? 0))[0] ?? null
  }

  protected override tend(): void {
    const sale = this.#ports.isLocked() ? this.atStake : null
    if (!sale || this.#warned.has(`${sale.id} ${sale.state}`)) return
    this.#warned.add(`${sale.id} ${sale.state}`)
    const words = `Unlock the wallet: purchase ${sale.id} can be checked and complained about until ${endOf(sale)}.`
    this.log.warn('the wallet is locked while a purchase waits', { sale: sale.id, until: sale.until })
    this.#ports.notify(words)
  }

  protected adopt(sale: SaleRow): void {
    const job = this.jobs.open(sale.id, 'waiting', { name: `#${sale.asset}`, path: null, sent: null })
    // Beside the purchase itself, whose number is above zero: a name may never come.
    this.background.run(-sale.id, (signal) => Promise.race([this.#findName(sale, job), aborted(signal)]))
  }

  protected advance(job: Purchase, sale: SaleRow): void | Promise<void> {
    return this.#steps[job.state](sale, job)
  }

  /**
   * Fetches or checks beside the loop, again and again: a seller that gives its data drop by drop must not keep this
   * machine from complaining about another one's key in time.
   */
  #beside(job: Purchase, work: (signal: AbortSignal) => Promise<void>): void {
    const { subjectId } = job
    this.background.run(
      subjectId,
      async (signal) => {
        try {
          await work(signal)
          this.#failures.delete(subjectId)
        } catch (error) {
          if (signal.aborted) return
          const failures = (this.#failures.get(subjectId) ?? 0) + 1
          this.#failures.set(subjectId, failures)
          const why: JobSaying = { code: 'failed', args: { failure: failureOf(error) } }
          if (!isSame(this.jobs.get(subjectId)?.reason ?? null, why)) this.sayWhy(job, why, error)
          await pause(Math.min(LONGEST_PAUSE_MS, 250 * 2 ** failures), signal)
        }
      },
      () => this.poke(),
    )
  }

  async #await(sale: SaleRow, job: Purchase): Promise<void> {
    if (sale.state === 'refunded') return this.#end(job, plain('notDelivered'))
    if (sale.state !== 'paid') return this.#open(sale, job)
    if (this.#isPast(sale)) await this.send(job, sale, { kind: 'refundSale', id: sale.id })
  }

  async #complain(sale: SaleRow, job: Purchase): Promise<void> {
    if (sale.state === 'refunded') return this.#end(job, plain('wrongKeyPaidBack'))
    if (sale.state !== 'delivered' || this.#isPast(sale)) return this.#end(job, plain('wrongKeyTooLate'))
    await this.send(job, sale, { kind: 'complainSale', id: sale.id })
  }

  #end(job: Purchase, words: JobSaying): void {
    this.jobs.move(job, 'ended', { words, reason: words })
  }

  /** Whether the chain's clock is past the end of the sale's present state. */
  #isPast({ until }: SaleRow): boolean {
    return (this.#ports.monitor.head?.time ?? 0) > (until ?? Infinity)
  }

  async #open(sale: SaleRow, job: Purchase): Promise<void> {
    if (this.#ports.isLocked())
      throw new HearthError(
        'WALLET_LOCKED',
        `unlock the wallet before ${endOf(sale)}: until then a wrong key is refunded`,
      )
    const key = await this.#ports.vault.open(sale.id)
    if (key !== null) return void this.jobs.move(job, 'opened', { words: plain('keyRight') })
    const words = plain('keyWrong')
    await this.send(this.jobs.move(job, 'wrongKey', { words, reason: words }), sale, {
      kind: 'complainSale',
      id: sale.id,
    })
  }

  /** The package came before it was paid for, unless it was bought from another data folder. */
  async #fetch(sale: SaleRow, job: Purchase): Promise<void> {
    await this.#ports.packages.obtain(sale)
    this.jobs.move(job, 'fetched', { words: plain('sealedHere') })
  }

  async #check(sale: SaleRow, job: Purchase): Promise<void> {
    const secret = await this.#ports.vault.open(sale.id)
    if (secret === null) throw new HearthError('WRONG_KEY', 'the key of this sale does not open any more')
    const { packages, node } = this.#ports
    const flaw = await packages.flaw(sale, secret)
    if (flaw) {
      const words: JobSaying = { code: 'segmentWrong', args: { segment: flaw.number } }
      return void this.jobs.move(job, 'wrongKey', { words, reason: words })
    }
    const out = this.#placeOf(job)
    await mkdir(this.#ports.paths.library, { recursive: true, mode: 0o700 })
    await rm(out, { recursive: true, force: true })
    try {
      await drain(await node.sealing.unseal({ ...(await packages.withKey(sale, secret)), out }))
      await this.#requirePromised(sale, job, out)
    } catch (error) {
      if (
        !(error instanceof HearthError) ||
        !['FILE_DAMAGED', 'WRONG_KEY', 'DATASET_BROKEN', 'NOT_FOUND'].includes(error.code)
      )
        throw error
      const reason: JobSaying = { code: 'failed', args: { failure: failureOf(error) } }
      const kept = await this.#keepWhatOpens(sale, secret, out)
      this.jobs.amend(job, { path: existsSync(out) ? out : null })
      const broken = this.jobs.move(job, 'broken', { words: reason, reason })
      if (kept) this.jobs.report(broken, kept)
      return
    }
    this.jobs.amend(job, { path: out })
    this.jobs.move(job, 'sound', { words: plain('opened') })
    // Last: a purchase that was cut off before is opened again from what was sealed.
    await this.#removeSealed(sale)
  }

  /** It was paid for: what opened is the buyer's, and may serve as evidence. @returns what else there is to say */
  async #keepWhatOpens(sale: SaleRow, secret: string, out: string): Promise<JobSaying | null> {
    if (existsSync(out)) return null
    const { packages, node } = this.#ports
    try {
      const { segments, lost } = await node.sealing.salvage({ ...(await packages.withKey(sale, secret)), out })
      return { code: 'keptParts', args: { kept: segments - lost.length, count: segments } }
    } catch (error) {
      this.log.warn('nothing of a damaged purchase could be kept', { sale: sale.id, error })
      return null
    }
  }

  /** A folder by the sale's number, unless that holds what was bought on a former chain. */
  #placeOf({ id, subjectId }: Purchase): string {
    const name = String(subjectId)
    const taken = this.jobs
      .list()
      .some(({ id: other, payload: { path } }) => other !== id && path !== null && basename(path) === name)
    return join(this.#ports.paths.library, taken ? id : name)
  }

  #removeSealed(sale: SaleRow): Promise<void> {
    return this.#ports.packages.forget(this.#version(sale).content)
  }

  /**
   * Another model than was described, more or fewer rows, or rows of another quality than was said, are not what was
   * sold.
   */
  async #requirePromised(sale: SaleRow, job: Purchase, folder: string): Promise<void> {
    const promised = await this.#ports.catalogue.promised(sale)
    if (promised) {
      this.jobs.amend(job, { terms: termsOf(promised) })
      await requireFiles(folder, promised.files)
    }
    if (promised?.kind === 'model') await requireModel(folder, promised.base?.hash ?? null)
    if (this.#version(sale).count === 0) return
    const rows = join(folder, ROWS_FILE)
    const { count } = await this.#ports.curation().count({ file: rows })
    if (promised?.rows !== undefined && promised.rows !== count)
      throw new HearthError(
        'FILE_DAMAGED',
        `the data opens, but has ${count} rows and not the ${promised.rows} promised`,
      )
    if (promised?.kind === 'media') {
      await drain(await this.#ports.curation().checkMedia({ folder, rows: ROWS_FILE, report: promised.media ?? null }))
      return
    }
    if (!promised?.report) return
    const { country, ...report } = promised.report
    const found = await drain(await this.#ports.curation().report({ file: rows, country }))
    // Detectors of another version find other things in the same data.
    const wrong = Object.keys(report).filter(
      (field) =>
        (report.version === found.version || !['version', 'personal'].includes(field)) &&
        JSON.stringify(report[field as keyof typeof report]) !== JSON.stringify(found[field as keyof typeof found]),
    )
    if (wrong.length > 0)
      throw new HearthError(
        'FILE_DAMAGED',
        `the quality report does not hold: ${wrong.join(', ')} of the data are others than the seller said`,
      )
  }

  /** What the seller calls it; until that is known its number stands there. */
  async #findName({ asset }: SaleRow, job: Purchase): Promise<void> {
    const row = this.#ports.reads.asset(asset)
    const known = row && (await this.#ports.catalogue.described(row.owner, row.current).catch(() => null))
    if (known) this.jobs.amend(job, { name: known.name, terms: termsOf(known) })
  }

  #version({ asset, version }: SaleRow): VersionRow {
    const row = this.#ports.reads.version(asset, version)
    if (!row) throw new HearthError('NOT_FOUND', `version ${version} of asset ${asset} is not on the chain at present`)
    return row
  }
}
