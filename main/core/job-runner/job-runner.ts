import type { LogLine } from '../../../common/model/job-saying.ts'
import { HearthError } from '../../../common/errors/index.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/open.ts'
import { Emitter } from '../events.ts'
import type { Service } from '../lifecycle.ts'
import type { Log } from '../log/log.ts'
import type { JobHandler, JobProgress } from './job-handler.ts'
import { JobQueue } from './job-queue.ts'
import { JobRows, type JobRow } from './job-rows.ts'

/** A job as the task centre shows it. */
export interface JobView extends Omit<JobRow, 'payload' | 'attempts'> {
  readonly progress: JobProgress | null
  readonly perSecond: number | null
  readonly secondsLeft: number | null
  readonly pausable: boolean
  /** False for a type that this version does not know; it is kept as it is. */
  readonly known: boolean
}

/** News of a job. */
export interface JobChange {
  readonly id: string
  readonly type: string
  /** Whether only its progress is another; without, it came, went, or has another state. */
  readonly isProgress: boolean
}

/** What the runner asks of a queue, whatever its payloads are. */
type AnyQueue = Pick<
  JobQueue<never, unknown>,
  'type' | 'start' | 'stop' | 'pause' | 'resume' | 'cancel' | 'live' | 'reads'
> & {
  readonly handler: { readonly pausable: boolean }
}

/** All long work of this machine that is no order: one durable table, one way to pause, resume, cancel and retry. */
export class JobRunner implements Service {
  readonly name = 'jobs'
  readonly events = new Emitter<{ changed: JobChange }>()
  readonly #rows: JobRows
  readonly #log: Log
  readonly #queues = new Map<string, AnyQueue>()

  constructor(ports: { db: Db; clock: Clock; log: Log }) {
    this.#rows = new JobRows(ports.db, ports.clock)
    this.#log = ports.log.child('jobs')
  }

  /** Adds a type of job, before the start. */
  register<Payload, Result>(handler: JobHandler<Payload, Result>): JobQueue<Payload, Result> {
    if (this.#queues.has(handler.type)) throw new Error(`a job type ${handler.type} is there already`)
    const queue = new JobQueue(handler, {
      rows: this.#rows,
      log: this.#log,
      changed: (id, isProgress) => this.events.emit('changed', { id, type: handler.type, isProgress }),
    })
    this.#queues.set(handler.type, queue)
    return queue
  }

  /** Reports news of some types of jobs, and of no other. @returns a function that ends it */
  watch(queues: readonly { readonly type: string }[], listener: (change: JobChange) => void): () => void {
    const types = new Set(queues.map(({ type }) => type))
    return this.events.on('changed', (change) => types.has(change.type) && listener(change))
  }

  start(): Promise<void> {
    for (const { type, id } of this.#rows.all())
      if (!this.#queues.has(type)) this.#log.warn('a job of an unknown type is left as it is', { type, id })
    for (const queue of this.#queues.values()) queue.start()
    return Promise.resolve()
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#queues.values()].map((queue) => queue.stop()))
  }

  /** Latest first. */
  list(): JobView[] {
    return this.#rows.all().map((row) => this.#view(row))
  }

  get(id: string): JobView | null {
    const row = this.#rows.get(id)
    return row && this.#view(row)
  }

  /**
   * Jobs that are not done and whose payload this version cannot read, or whose type it does not know. What they keep
   * is unknown, so nothing that may be theirs is to be deleted.
   */
  unreadable(): JobView[] {
    return this.#rows
      .all()
      .filter((row) => row.state !== 'done' && !this.#queues.get(row.type)?.reads(row))
      .map((row) => this.#view(row))
  }

  log(id: string, limit = 200): LogLine[] {
    return this.#rows.logOf(id, limit)
  }

  async pause(id: string): Promise<void> {
    await this.#queueOf(id).pause(id)
  }

  /** Goes on with a paused job, and tries a failed one again. */
  resume(id: string): void {
    this.#queueOf(id).resume(id)
  }

  /** Gives a job and its children up. */
  async cancel(id: string): Promise<void> {
    const queue = this.#queueOf(id)
    for (const child of this.#rows.childrenOf(id)) await this.cancel(child.id)
    await queue.cancel(id)
  }

  #queueOf(id: string): AnyQueue {
    const row = this.#rows.get(id)
    if (!row) throw new HearthError('NOT_FOUND', 'there is no such task any more')
    const queue = this.#queues.get(row.type)
    if (!queue)
      throw new HearthError('BAD_INPUT', `this version of Hearth does not know tasks of the type “${row.type}”`)
    return queue
  }

  #view({ payload: _payload, attempts: _attempts, ...row }: JobRow): JobView {
    const queue = this.#queues.get(row.type)
    const live = queue?.live(row.id) ?? null
    return {
      ...row,
      progress: live?.progress ?? row.progress,
      perSecond: live?.perSecond ?? null,
      secondsLeft: live?.secondsLeft ?? null,
      pausable: queue?.handler.pausable ?? false,
      known: queue !== undefined,
    }
  }
}
