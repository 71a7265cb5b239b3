import { sellingMoves, type SellingEvent, type SellingState } from '../../../../common/model/purchase-state.ts'
import { SellerProfile, type SaleRow } from '../../../../common/model/data-market.ts'
import { plain, type JobSaying } from '../../../../common/model/job-saying-names.ts'
import { messageOf } from '../../../../common/errors/index.ts'
import type { ConfigStore } from '../../../core/config.ts'
import { JobTable, type SubjectJob } from '../../../core/job-table.ts'
import type { JobStore } from '../../../core/jobs.ts'
import type { ChainMonitor, SentStep } from '../../chain/index.ts'
import { ChainWorkflow, type ChainPorts } from '../../chain-workflow/index.ts'
import type { DataNodeService } from '../../storage/index.ts'
import type { DataRepository } from './data-repository.ts'
import type { ReleaseService } from './release-service.ts'
import type { SaleVault } from './sale-vault.ts'

interface DataSellerPayload {
  readonly sent: SentStep | null
}
type Selling = SubjectJob<SellingState, DataSellerPayload>
export const sellingJobs = (jobs: JobStore): JobTable<SellingState, SellingEvent, DataSellerPayload> =>
  new JobTable(jobs, 'sell', sellingMoves)

interface Ports extends ChainPorts {
  readonly jobs: JobStore
  readonly reads: DataRepository
  readonly releases: ReleaseService
  readonly node: DataNodeService
  readonly vault: SaleVault
  readonly monitor: ChainMonitor
  readonly config: ConfigStore
}

/**
 * The seller's side: gives what is listed to whoever asks, delivers keys for what was paid, and ends sales whose time
 * is over. All of it follows from the chain, so a host that was killed goes on where it was.
 */
export class DataSellerWorkflow extends ChainWorkflow<SaleRow, SellingState, SellingEvent, DataSellerPayload> {
  readonly #ports: Ports
  #announced: SentStep | null = null
  #said = ''

  constructor(ports: Ports) {
    super(ports, {
      name: 'selling',
      jobs: sellingJobs(ports.jobs),
      everyMs: 5_000,
      whenCaughtUp: true,
      showWhy: true,
    })
    this.#ports = ports
  }

  /** Why a sale cannot be delivered at present, or null. */
  obstacle(sale: number): JobSaying | null {
    return this.jobs.get(sale)?.reason ?? null
  }

  protected rows(account: string): readonly SaleRow[] {
    return this.#ports.reads.openSales(account).filter((sale) => this.#isDue(sale))
  }

  protected row(id: number): SaleRow | null {
    return this.#ports.reads.sale(id)
  }

  protected seen({ state }: SaleRow): string {
    return state
  }

  protected adopt(sale: SaleRow): void {
    this.jobs.open(sale.id, sale.state === 'paid' ? 'paid' : 'delivered', { sent: null })
  }

  protected override tend(account: string): void {
    // Nothing here may keep what was paid for from being delivered, and the node may take its time. Sales begin at 1.
    this.background.run(0, () =>
      this.#keepOffered(account).catch((error: unknown) =>
        this.#warn('what is listed cannot be given to others', error),
      ),
    )
  }

  protected async advance(job: Selling, sale: SaleRow): Promise<void> {
    if (sale.state !== 'paid' && sale.state !== 'delivered') return void this.jobs.move(job, 'closed')
    const current = sale.state === 'delivered' && job.state === 'paid' ? this.jobs.move(job, 'delivered') : job
    if (!this.#isDue(sale)) return
    if (sale.state === 'paid') await this.#deliver(sale, current)
    else await this.send(current, sale, { kind: 'finaliseSale', id: sale.id })
  }

  /** A paid sale while it may be delivered, and a delivered one once the time to complain is over. */
  #isDue({ state, until }: SaleRow): boolean {
    const past = (this.#ports.monitor.head?.time ?? 0) > (until ?? Infinity)
    return state === 'paid' ? !past : past
  }

  async #deliver(sale: SaleRow, job: Selling): Promise<void> {
    const { reads, releases, vault, steps } = this.#ports
    const version = reads.version(sale.asset, sale.version)
    const release = version && releases.of(version.content)
    if (!release) return this.standStill(job, plain('otherMachine'))
    // A new point each time, so it is only made where a step is wanted.
    const { sent } = job.payload
    if ((sent?.seen === sale.state && steps.pending(sent)) || !this.mayReveal(sale, 'deliverSale')) return
    await this.send(job, sale, { kind: 'deliverSale', sale: sale.id, ...(await vault.deliver(sale.id, release.hseg)) })
  }

  async #keepOffered(account: string): Promise<void> {
    const listed = this.#ports.reads
      .ownedBy(account)
      .filter(({ state, current }) => state === 'listed' && this.#ports.releases.of(current.content))
    if (listed.length === 0 && !this.#ports.reads.hasOpenRequest(account)) return
    for (const { id } of listed)
      await this.#ports.releases
        .offer(id)
        .catch((error: unknown) => this.#warn(`asset ${id} cannot be given to others`, error))
    await this.#ports.node.running()
    const wanted: SellerProfile = SellerProfile.parse({
      name: this.#ports.config.get().storage.sellerName,
      addresses: (this.#ports.node.status?.addresses ?? []).slice(0, 4),
    })
    const { name, addresses } = this.#ports.reads.seller(account)
    const seen = JSON.stringify({ name, addresses })
    if (seen !== JSON.stringify(wanted))
      this.#announced =
        (await this.#ports.steps.send(seen, this.#announced, {
          kind: 'announceSeller',
          profile: JSON.stringify(wanted),
        })) ?? this.#announced
  }

  /** Says it once, however often it is tried. */
  #warn(what: string, error: unknown): void {
    const words = `${what}: ${messageOf(error)}`
    if (words !== this.#said) this.log.warn(what, { error })
    this.#said = words
  }
}
