import type { JobSaying } from '../../../common/model/job-saying-names.ts'
import { pause, type Clock } from '../../core/clock.ts'
import type { Db } from '../../core/db/open.ts'
import { JobLog } from '../../core/job-log.ts'
import type { JobTable, SubjectJob } from '../../core/job-table.ts'
import type { Service } from '../../core/lifecycle.ts'
import type { Log } from '../../core/log/log.ts'
import { ChainIdentity, hasSameBeginning, identityOf, isSameNetwork } from './chain-identity.ts'
import type { IndexStore } from './index-store.ts'
import { checkNetwork, type ChainMonitor, type Network } from './network.ts'

/** Jobs of a chain that was left. They are about no number of any chain, so no workflow meets them. */
export const FORMER_JOB = 'former-chain'
const OVER = 'The network was begun anew or changed; nothing more can come of this.'
/** An endpoint that hangs must not keep the app from opening. */
const PATIENCE_MS = 5_000

interface Leaving<Job> {
  /** What a person calls it. */
  readonly called: (job: Job) => string
  /**
   * Takes what is the owner's own out of a job and removes what else it kept, before its row is set aside. Safe to
   * repeat. @returns words on what is left of it, if anything
   */
  readonly leave?: (job: Job) => Promise<string | null>
  /** Whether the row itself is the owner's own: it stays, under a number below zero, which no chain has. */
  readonly keeps?: (job: Job) => boolean
}

interface Left {
  readonly id: string
  readonly kind: string
  /** Null for what had ended before: it stays in the database and is not shown. */
  readonly name: string | null
  readonly words: string
  readonly keeps: boolean
}

interface Ports {
  readonly clock: Clock
  readonly db: Db
  readonly log: Log
  readonly monitor: ChainMonitor
  readonly store: IndexStore
}

/**
 * Notices that the data folder is on another chain than before, and sets aside, once, what was about the former one: a
 * number of the new chain must never meet a job of the old. It starts before all that follows the chain.
 */
export class ChainChange implements Service {
  readonly name = 'chain-change'
  readonly #ports: Ports
  readonly #log: Log
  readonly #leaving: (() => Promise<Left[]>)[] = []
  readonly #cleanings: (() => Promise<void>)[] = []
  readonly #changes: (() => void)[] = []

  constructor(ports: Ports) {
    this.#ports = ports
    this.#log = ports.log.child('chain-change')
  }

  /** Says what becomes of one kind of job. */
  leaves<State extends string, Event extends string, Payload extends object>(
    jobs: JobTable<State, Event, Payload>,
    { called, leave, keeps }: Leaving<SubjectJob<State, Payload>>,
  ): void {
    this.#leaving.push(async () => {
      const left: Left[] = []
      for (const job of jobs.list().filter(({ subjectId }) => subjectId > 0)) {
        const kept = (await leave?.(job)) ?? null
        left.push({
          id: job.id,
          kind: jobs.kind,
          name: kept !== null || !jobs.isOver(job) ? called(job) : null,
          words: kept === null ? OVER : `${OVER} ${kept}`,
          keeps: keeps?.(job) ?? false,
        })
      }
      return left
    })
  }

  /** Removes what else is named by numbers of the chain, such as folders. Safe to repeat. */
  cleans(work: () => Promise<void>): void {
    this.#cleanings.push(work)
  }

  /** Changes a feature's own rows, within the transaction by which the chain is left. */
  changes(work: () => void): void {
    this.#changes.push(work)
  }

  async start(): Promise<void> {
    const { monitor, store } = this.#ports
    const now = identityOf(monitor.network, await genesisOf(monitor.network))
    const { bound } = store
    if (bound === undefined) store.bindTo(now)
    else await this.#compare(parsed(bound), now)
    const chain = parsed(store.bound ?? '') ?? now
    monitor.keepTo(chain.genesis, (genesis) => store.bindTo({ ...chain, genesis }))
  }

  stop(): Promise<void> {
    return Promise.resolve()
  }

  /** @param before null where it was bound by a version that knew other contracts */
  async #compare(before: ChainIdentity | null, now: ChainIdentity): Promise<void> {
    const { monitor, store } = this.#ports
    if (before === null || !isSameNetwork(before, now)) return this.#leave(now)
    if (hasSameBeginning(before, now)) {
      const contracts = { ...before.contracts, ...now.contracts }
      return store.bindTo({ ...now, contracts, genesis: now.genesis ?? before.genesis })
    }
    // A public chain does not begin anew: the endpoint is wrong or lies. The monitor says so, and nothing is lost.
    if (monitor.network.practice) await this.#leave(now)
  }

  async #leave(now: ChainIdentity): Promise<void> {
    const left = (await Promise.all(this.#leaving.map((leave) => leave()))).flat()
    for (const clean of this.#cleanings) await clean()
    this.#ports.db.transaction(() => {
      for (const job of left) this.#setAside(job)
      this.#setAsideUnknown()
      this.#endTransactions()
      for (const change of this.#changes) change()
      this.#ports.store.dropAbove(-1)
      this.#ports.store.bindTo(now)
    })()
    this.#log.warn('the network is another chain than before; what was about the former one was set aside', {
      jobs: left.length,
    })
  }

  #setAside({ id, kind, name, words, keeps }: Left): void {
    const { db, clock } = this.#ports
    const now = clock.now()
    const saying: JobSaying = { code: 'written', args: { text: words } }
    if (keeps)
      db.prepare(
        `update jobs set subject_id = (select min(0, min(subject_id)) - 1 from jobs where kind = ?), updated = ?
         where id = ?`,
      ).run(kind, now, id)
    else
      db.prepare(
        `update jobs set kind = ?, subject_id = null, name = ?, state = 'done', reason = ?, updated = ? where id = ?`,
      ).run(FORMER_JOB, name, JSON.stringify(saying), now, id)
    new JobLog(db, clock).add(id, saying)
  }

  /** Of kinds that no feature of this version has. */
  #setAsideUnknown(): void {
    const rows = this.#ports.db
      .prepare<[], { id: string; kind: string; subject: number }>(
        'select id, kind, subject_id as subject from jobs where subject_id > 0',
      )
      .all()
    for (const { id, kind, subject } of rows)
      this.#setAside({ id, kind, name: `${kind} ${subject}`, words: OVER, keeps: false })
  }

  #endTransactions(): void {
    this.#ports.db
      .prepare(
        "update transactions set state = 'failed', error = ?, updated = ? where state in ('queued', 'sent', 'mined')",
      )
      .run(JSON.stringify({ code: 'CHAIN_CHANGED', message: OVER, details: {} }), this.#ports.clock.now())
  }
}

/** Null while the endpoint is away or serves something else: that is no reason to leave a chain. */
async function genesisOf(network: Network): Promise<string | null> {
  const waiting = new AbortController()
  const asked = checkNetwork(network).then(
    () => network.rpc.genesis(),
    () => null,
  )
  const genesis = await Promise.race([asked.catch(() => null), pause(PATIENCE_MS, waiting.signal).then(() => null)])
  waiting.abort()
  return genesis
}

function parsed(bound: string): ChainIdentity | null {
  try {
    return ChainIdentity.parse(JSON.parse(bound))
  } catch {
    return null
  }
}
