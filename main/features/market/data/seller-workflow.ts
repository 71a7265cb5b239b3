import type { Action } from '../../../../common/model/action.ts'
import { SellerProfile, type SaleRow } from '../../../../common/model/data-market.ts'
import { messageOf } from '../../../../common/errors/index.ts'
import type { ConfigStore } from '../../../core/config.ts'
import type { Job, JobStore } from '../../../core/jobs.ts'
import type { Service } from '../../../core/lifecycle.ts'
import type { Log } from '../../../core/log/log.ts'
import { Loop } from '../../../core/loop.ts'
import type { ChainMonitor, ChainSteps, Indexer, SentStep } from '../../chain/index.ts'
import type { DataNodeService } from '../../storage/index.ts'
import type { DataRepository } from './data-repository.ts'
import type { ReleaseService } from './release-service.ts'
import type { SaleVault } from './sale-vault.ts'

interface DataSellerPayload {
  readonly sent: SentStep | null
}

interface Ports {
  readonly jobs: JobStore
  readonly reads: DataRepository
  readonly releases: ReleaseService
  readonly node: DataNodeService
  readonly vault: SaleVault
  readonly steps: ChainSteps
  readonly indexer: Indexer
  readonly monitor: ChainMonitor
  readonly config: ConfigStore
  readonly log: Log
  readonly account: () => string | null
}

/**
 * The seller's side: gives what is listed to whoever asks, delivers keys for what was paid, and ends sales whose time is
 * over. All of it follows from the chain, so a host that was killed goes on where it was.
 */
export class DataSellerWorkflow implements Service {
  readonly name = 'selling'
  readonly #ports: Ports
  readonly #loop: Loop
  #announced: SentStep | null = null
  #said = ''

  constructor(ports: Ports) {
    this.#ports = ports
    this.#loop = new Loop(() => this.#step(), 5_000, ports.log.child('selling'))
  }

  start(): Promise<void> {
    this.#loop.start((poke) => this.#ports.indexer.events.on('indexed', poke))
    return Promise.resolve()
  }

  stop(): Promise<void> {
    return this.#loop.stop()
  }

  /** Why a sale cannot be delivered at present, or null. */
  obstacle(sale: number): string | null {
    return this.#ports.jobs.bySubject('sell', sale)?.reason ?? null
  }

  async #step(): Promise<void> {
    const account = this.#ports.account()
    if (account === null || !this.#ports.indexer.caughtUp) return
    // Nothing here may keep what was paid for from being delivered.
    await this.#keepOffered(account).catch((error: unknown) =>
      this.#warn('what is listed cannot be given to others', error),
    )
    const now = this.#ports.monitor.head?.time ?? 0
    for (const sale of this.#ports.reads.openSales(account)) {
      const due = (sale.state === 'paid' && now <= sale.until!) || (sale.state === 'delivered' && now > sale.until!)
      if (!due) continue
      const job = this.#ports.jobs.ensure<DataSellerPayload>('sell', sale.id, sale.state, { sent: null })
      try {
        await (sale.state === 'paid'
          ? this.#deliver(sale, job)
          : this.#send(sale, job, { kind: 'finaliseSale', id: sale.id }))
      } catch (error) {
        if (job.reason === messageOf(error)) continue
        this.#ports.log.warn('a sale waits', { sale: sale.id, error })
        this.#ports.jobs.update(job, { reason: messageOf(error) })
      }
    }
  }

  async #deliver(sale: SaleRow, job: Job<DataSellerPayload>): Promise<void> {
    const { reads, releases, vault } = this.#ports
    const release = releases.of(reads.version(sale.asset, sale.version)!.content)
    if (!release)
      throw new Error(
        'this version was made on another machine; open that one, or its data folder, before the time is over',
      )
    // A new point each time, so it is only made where a step is wanted.
    const { sent } = job.payload
    if (sent?.seen === sale.state && this.#ports.steps.pending(sent)) return
    await this.#send(sale, job, { kind: 'deliverSale', sale: sale.id, ...(await vault.deliver(sale.id, release.hseg)) })
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
    if (words !== this.#said) this.#ports.log.warn(what, { error })
    this.#said = words
  }

  async #send(sale: SaleRow, job: Job<DataSellerPayload>, action: Action): Promise<void> {
    const sent = await this.#ports.steps.send(sale.state, job.payload.sent, action)
    if (sent) this.#ports.jobs.update(job, { state: sale.state, reason: null, payload: { sent } })
  }
}
