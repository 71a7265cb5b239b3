import { mkdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { ContractRouterClient } from '@orpc/contract'
import type { curationContract } from '../../../../common/children/curation.ts'
import type { SaleRow } from '../../../../common/model/data-market.ts'
import { nextPurchase, type PurchaseState } from '../../../../common/model/purchase-state.ts'
import { HearthError, messageOf } from '../../../../common/errors/index.ts'
import { JobTable } from '../../../core/job-table.ts'
import { sha256Of } from '../../../core/files.ts'
import type { Job, JobStore } from '../../../core/jobs.ts'
import type { Service } from '../../../core/lifecycle.ts'
import type { Log } from '../../../core/log/log.ts'
import { Loop } from '../../../core/loop.ts'
import type { DataPaths } from '../../../core/paths.ts'
import { drain } from '../../../core/streams.ts'
import type { ChainMonitor, ChainSteps, Indexer, SentStep } from '../../chain/index.ts'
import type { Catalogue } from './catalogue.ts'
import { folderCid } from '../../storage/index.ts'
import type { DataNodeService } from '../../storage/index.ts'
import type { DataRepository } from './data-repository.ts'
import { filesIn } from '../../../core/files-in.ts'
import { ROWS_FILE } from './release-service.ts'
import type { SaleVault } from './sale-vault.ts'

export interface PurchasePayload {
  readonly name: string
  readonly bytes: number
  readonly of: number
  /** Where the opened files lie. */
  readonly path: string | null
  readonly sent: SentStep | null
}
export type Purchase = Job<PurchasePayload>
type PurchaseEvent = Parameters<typeof nextPurchase>[1]
type Purchases = JobTable<PurchaseState, PurchaseEvent, PurchasePayload>
export const purchases = (jobs: JobStore): Purchases => new JobTable(jobs, 'purchase', nextPurchase)

interface Ports {
  readonly jobs: Purchases
  readonly reads: DataRepository
  readonly catalogue: Catalogue
  readonly node: DataNodeService
  readonly vault: SaleVault
  readonly curation: () => ContractRouterClient<typeof curationContract>
  readonly steps: ChainSteps
  readonly indexer: Indexer
  readonly monitor: ChainMonitor
  readonly paths: Pick<DataPaths, 'purchases' | 'library'>
  readonly log: Log
  readonly account: () => string | null
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

/** The buyer's side: opens the key, complains by itself about a wrong one, fetches, opens and checks the data. */
export class DataBuyerWorkflow implements Service {
  readonly name = 'purchases'
  readonly #ports: Ports
  readonly #loop: Loop
  readonly #stopped = new AbortController()

  constructor(ports: Ports) {
    this.#ports = ports
    this.#loop = new Loop(() => this.#step(), 5_000, ports.log.child('purchases'))
  }

  async start(): Promise<void> {
    for (const { state, subjectId } of this.#ports.jobs.list())
      if (state === 'owned') await this.#removeSealed(subjectId!)
    this.#loop.start((poke) => this.#ports.indexer.events.on('indexed', poke))
  }

  stop(): Promise<void> {
    this.#stopped.abort()
    return this.#loop.stop()
  }

  job(sale: number): Purchase | null {
    return this.#ports.jobs.get(sale)
  }

  async #step(): Promise<void> {
    const account = this.#ports.account()
    if (account === null || !this.#ports.indexer.caughtUp) return
    for (const sale of this.#ports.reads.sales('buyer', account)) {
      if (this.#stopped.signal.aborted) return
      const job =
        this.#ports.jobs.get(sale.id) ??
        this.#ports.jobs.open(sale.id, 'waiting', {
          name: await this.#nameOf(sale),
          bytes: 0,
          of: 0,
          path: null,
          sent: null,
        })
      try {
        await this.#advance(sale, job)
      } catch (error) {
        if (job.reason === messageOf(error)) continue
        this.#ports.jobs.block(this.#ports.jobs.report(job, messageOf(error)), messageOf(error))
        this.#ports.log.warn('a purchase waits', { sale: sale.id, error })
      }
    }
  }

  async #advance(sale: SaleRow, job: Purchase): Promise<void> {
    const now = this.#ports.monitor.head?.time ?? 0
    switch (job.state as PurchaseState) {
      case 'waiting':
        if (sale.state === 'refunded') return this.#move(job, 'ended', 'The seller did not deliver; the price is back.')
        if (sale.state === 'paid') return now > sale.until! ? this.#send(sale, job, 'refundSale') : undefined
        return this.#open(sale, job)
      case 'opened':
        return this.#fetch(sale, job)
      case 'fetched':
        return this.#check(sale, job)
      case 'cheated':
        if (sale.state === 'refunded') return this.#move(job, 'ended', 'The key was wrong; the price is back.')
        if (sale.state === 'delivered' && now <= sale.until!) return this.#send(sale, job, 'complainSale')
        return this.#move(job, 'ended', 'The key was wrong, and the time to complain was over.')
      default:
    }
  }

  async #open(sale: SaleRow, job: Purchase): Promise<void> {
    const key = await this.#ports.vault.open(sale.id)
    if (key === null) {
      this.#move(job, 'wrongKey', 'The delivered key is not the one that was promised.')
      return this.#send(sale, this.#ports.jobs.get(sale.id)!, 'complainSale')
    }
    this.#move(job, 'opened', 'The key is right.')
    return this.#fetch(sale, this.#ports.jobs.get(sale.id)!)
  }

  /** What an earlier try brought is not fetched again. */
  async #fetch(sale: SaleRow, job: Purchase): Promise<void> {
    const version = this.#ports.reads.version(sale.asset, sale.version)!
    const node = await this.#ports.node.running()
    const cid = folderCid(version.content)
    await drain(
      await node.fetch(
        { cid, from: this.#ports.reads.seller(sale.seller).addresses },
        { signal: this.#stopped.signal },
      ),
      ({ bytes, of }) => void this.#ports.jobs.amend(job, { bytes, of }),
    )
    const folder = join(this.#ports.paths.purchases, String(sale.id))
    await rm(folder, { recursive: true, force: true })
    await mkdir(this.#ports.paths.purchases, { recursive: true, mode: 0o700 })
    await node.export({ cid, name: String(sale.id), out: this.#ports.paths.purchases })
    this.#move(job, 'fetched', 'The sealed data is here.')
    return this.#check(sale, this.#ports.jobs.get(sale.id)!)
  }

  async #check(sale: SaleRow, job: Purchase): Promise<void> {
    const key = await this.#ports.vault.open(sale.id)
    const [sealed, out] = [
      join(this.#ports.paths.purchases, String(sale.id)),
      join(this.#ports.paths.library, String(sale.id)),
    ]
    await mkdir(this.#ports.paths.library, { recursive: true, mode: 0o700 })
    await rm(out, { recursive: true, force: true })
    try {
      const header = await this.#headerKey(sealed, key!)
      await drain(await this.#ports.node.sealing.unseal({ package: sealed, key: header, out }))
      await this.#requirePromised(sale, out, key!)
    } catch (error) {
      if (
        !(error instanceof HearthError) ||
        !['FILE_DAMAGED', 'WRONG_KEY', 'DATASET_BROKEN', 'NOT_FOUND'].includes(error.code)
      )
        throw error
      // It was paid for: what opened is the buyer's, and may serve as evidence.
      if (
        await stat(out).then(
          () => true,
          () => false,
        )
      )
        this.#ports.jobs.amend(job, { path: out })
      this.#move(job, 'broken', messageOf(error))
      return
    }
    this.#ports.jobs.amend(job, { path: out })
    this.#move(job, 'sound', 'Opened and checked.')
    // Last: a purchase that was cut off before is opened again from what was sealed.
    await this.#removeSealed(sale.id)
  }

  #removeSealed(sale: number): Promise<void> {
    return rm(join(this.#ports.paths.purchases, String(sale)), { recursive: true, force: true })
  }

  /** Another model than was described, rows under another root than the one that the preview was drawn from, or of another quality than was said, are not what was sold. */
  async #requirePromised(sale: SaleRow, folder: string, key: string): Promise<void> {
    const { count, rows: root } = this.#ports.reads.version(sale.asset, sale.version)!
    const promised = await this.#ports.catalogue.promised(sale)
    if (promised?.kind === 'model') await requireModel(folder, promised.base?.hash ?? null)
    if (count === 0) return
    const rows = join(folder, ROWS_FILE)
    const tree = await this.#ports.curation().tree({ file: rows, key })
    if (`0x${tree.root}` !== root || tree.count !== count)
      throw new HearthError(
        'FILE_DAMAGED',
        `the data opens, but its ${tree.count} rows are not the ${count} that the preview was drawn from`,
      )
    if (promised?.kind === 'media') {
      await drain(await this.#ports.curation().checkMedia({ folder, rows: ROWS_FILE, report: promised.media ?? null }))
      return
    }
    if (!promised?.report) return
    const { country, ...report } = promised.report
    const found = await drain(await this.#ports.curation().report({ file: rows, country }))
    const wrong = Object.keys(report).filter(
      (field) =>
        JSON.stringify(report[field as keyof typeof report]) !== JSON.stringify(found[field as keyof typeof found]),
    )
    if (wrong.length > 0)
      throw new HearthError(
        'FILE_DAMAGED',
        `the quality report does not hold: ${wrong.join(', ')} of the data are others than the seller said`,
      )
  }

  /** A key file's other fields stand in the package's own header. */
  async #headerKey(sealed: string, key: string) {
    const { dataset, version } = await this.#ports.node.sealing.header({ package: sealed })
    return { format: 'HSEG1-KEY' as const, dataset, version, key }
  }

  async #nameOf({ asset }: SaleRow): Promise<string> {
    const row = this.#ports.reads.asset(asset)!
    return this.#ports.catalogue.metadata(row).then(
      ({ name }) => name,
      () => `#${asset}`,
    )
  }

  #move(job: Purchase, event: PurchaseEvent, words: string): void {
    this.#ports.jobs.report(
      this.#ports.jobs.move(job, event, event === 'sound' || event === 'opened' || event === 'fetched' ? null : words),
      words,
    )
  }

  async #send(sale: SaleRow, job: Purchase, kind: 'refundSale' | 'complainSale'): Promise<void> {
    const sent = await this.#ports.steps.send(sale.state, job.payload.sent, { kind, id: sale.id })
    if (sent) this.#ports.jobs.amend(job, { sent })
  }
}
