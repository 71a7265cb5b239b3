import { HearthError } from '../../../common/errors/index.ts'
import { plain } from '../../../common/model/job-saying-names.ts'
import type { FailedTask, JobSaying } from '../../../common/model/job-saying.ts'
import { failureOf } from '../../../common/model/sayings.ts'
import type { Log } from '../log/log.ts'
import type { Ending, JobHandler, JobProgress } from './job-handler.ts'
import type { JobRow, JobRows } from './job-rows.ts'
import { Speed } from './speed.ts'

/** A running job: how to end it, when it ended, and how far it is. */
interface Running {
  readonly abort: AbortController
  ended: Promise<void>
  progress: JobProgress | null
  readonly speed: Speed
  /** What the person or the app asked for in its middle. */
  ending: Ending | null
}

interface Ports {
  readonly rows: JobRows
  readonly log: Log
  readonly changed: (id: string, isProgress: boolean) => void
}

/** All jobs of one type: begins them in order, as many at once as its handler allows, and keeps what became of them. */
export class JobQueue<Payload, Result> {
  readonly handler: JobHandler<Payload, Result>
  readonly #ports: Ports
  readonly #running = new Map<string, Running>()
  /** Jobs that somebody waits for: what they end with is theirs to hear, so a failure is not kept. */
  readonly #waiting = new Map<string, PromiseWithResolvers<Result>>()
  #started = false
  #stopping = false

  constructor(handler: JobHandler<Payload, Result>, ports: Ports) {
    this.handler = handler
    this.#ports = ports
  }

  get type(): string {
    return this.handler.type
  }

  /** Goes on with what the app's end cut off, and begins what waits. */
  start(): void {
    const { rows } = this.#ports
    for (const { id, state, attempts } of rows.ofType(this.type)) {
      if (state !== 'running') continue
      if (attempts >= this.handler.attempts)
        rows.move(id, 'failed', { reason: { code: 'appEndedAgain', args: { times: attempts } } })
      else if (this.handler.recovery === 'resume') rows.move(id, 'interrupted')
      else rows.move(id, 'paused', { reason: plain('appEnded') })
      this.#changed(id)
    }
    this.#started = true
    this.#pump()
  }

  async stop(): Promise<void> {
    this.#stopping = true
    for (const running of this.#running.values()) this.#end(running, 'stop')
    await this.ended()
  }

  /** Fulfilled once nothing of this type runs. */
  async ended(): Promise<void> {
    await Promise.all([...this.#running.values()].map(({ ended }) => ended))
  }

  /**
   * Writes a job down and begins it as soon as there is room; what becomes of it stays in sight. A failed one of the
   * same name is replaced: whoever asks again has read why it failed.
   */
  enqueue(payload: Payload, { name, parent = null }: { name: string; parent?: string | null }): JobRow {
    const row = this.#add(payload, name, parent)
    this.#pump()
    return row
  }

  /** Writes a job down that waits for a person. */
  enqueuePaused(payload: Payload, { name, reason }: { name: string; reason: JobSaying }): void {
    const { id } = this.#add(payload, name, null)
    this.#ports.rows.move(id, 'paused', { reason })
    this.#changed(id)
  }

  /**
   * Does a job for somebody who waits for it. Should the app end before, it is done all the same after the next start.
   * @throws what it fails with; ABORTED where it was cancelled, PAUSED where it was paused, which goes on without them
   */
  run(payload: Payload, { name }: { name: string }): Promise<Result> {
    const { id } = this.#add(payload, name, null)
    const waiting = Promise.withResolvers<Result>()
    this.#waiting.set(id, waiting)
    this.#pump()
    return waiting.promise
  }

  /** Jobs that are not done, oldest first; not those whose payload cannot be read. */
  open(): { row: JobRow; payload: Payload }[] {
    return this.#ports.rows.ofType(this.type).flatMap((row) => {
      const payload = this.handler.payload.safeParse(row.payload)
      return row.state === 'done' || !payload.success ? [] : [{ row, payload: payload.data }]
    })
  }

  reads({ payload }: JobRow): boolean {
    return this.handler.payload.safeParse(payload).success
  }

  /** Whoever waits for it is told, with PAUSED. @throws HearthError BAD_INPUT where this type cannot pause */
  async pause(id: string): Promise<void> {
    if (!this.handler.pausable) throw new HearthError('BAD_INPUT', 'this cannot be paused; cancel it instead')
    const running = this.#running.get(id)
    if (!running) this.#paused(this.#ports.rows.move(id, 'paused'))
    else {
      this.#end(running, 'pause')
      await running.ended
    }
    this.#changed(id)
  }

  /** Begins what is paused or failed again, from where it stood. */
  resume(id: string): void {
    this.#ports.rows.move(id, 'resumed', { attempts: 0 })
    this.#changed(id)
    this.#pump()
  }

  /** Gives a job up, with what it has kept; also takes an ended one off the list. */
  async cancel(id: string): Promise<void> {
    const running = this.#running.get(id)
    if (running) {
      this.#end(running, 'cancel')
      await running.ended
    }
    const row = this.#ports.rows.get(id)
    if (!row) return
    if (row.state !== 'done') await this.#discard(row)
    this.#ports.rows.remove(id)
    this.#settle(id, ({ reject }) => reject(new HearthError('ABORTED', `${row.name} was cancelled`)))
    this.#changed(id)
    this.#pump()
  }

  /** How far a running job is; null for one that does not run. */
  live(id: string): { progress: JobProgress | null; perSecond: number | null; secondsLeft: number | null } | null {
    const running = this.#running.get(id)
    if (!running) return null
    const { progress, speed } = running
    return { progress, perSecond: speed.perSecond, secondsLeft: progress ? speed.secondsLeft(progress) : null }
  }

  #pump(): void {
    if (!this.#started || this.#stopping) return
    while (this.#running.size < this.handler.concurrency) {
      const next = this.#ports.rows
        .ofType(this.type)
        .find(({ id, state }) => state === 'queued' && !this.#running.has(id))
      if (!next) return
      this.#begin(next)
    }
  }

  #begin(row: JobRow): void {
    const payload = this.handler.payload.safeParse(row.payload)
    const { rows } = this.#ports
    if (!payload.success) {
      rows.move(row.id, 'failed', { reason: plain('unreadable') })
      const words = 'What it was asked to do cannot be read by this version of Hearth.'
      this.#settle(row.id, ({ reject }) => reject(new HearthError('BAD_INPUT', words)))
      return this.#changed(row.id)
    }
    rows.move(row.id, 'started', { attempts: row.attempts + 1, progress: row.progress })
    const running: Running = {
      abort: new AbortController(),
      ended: Promise.resolve(),
      progress: row.progress,
      speed: new Speed(),
      ending: null,
    }
    this.#running.set(row.id, running)
    running.ended = this.#run(row, payload.data, running).finally(() => {
      this.#running.delete(row.id)
      this.#changed(row.id)
      this.#pump()
    })
    this.#changed(row.id)
  }

  async #run({ id }: JobRow, payload: Payload, running: Running): Promise<void> {
    const { rows, log, changed } = this.#ports
    try {
      const result = await this.handler.run({
        id,
        payload,
        signal: running.abort.signal,
        progress: (progress) => {
          running.progress = progress
          running.speed.note(progress)
          changed(id, true)
        },
        log: (saying) => rows.log(id, saying),
      })
      if (running.ending === 'pause' || running.ending === 'stop') return this.#interrupted(id, running)
      rows.move(id, 'finished', { progress: running.progress })
      rows.prune(this.type)
      this.#settle(id, ({ resolve }) => resolve(result))
    } catch (error) {
      if (running.ending === 'pause' || running.ending === 'stop') return this.#interrupted(id, running)
      if (running.ending === 'cancel') return
      const reason: JobSaying = { code: 'failed', args: { failure: failureOf(error) } }
      log.warn('a job failed', { type: this.type, id, error })
      const waited = this.#settle(id, ({ reject }) => reject(error))
      if (!(this.handler.keeps?.(error) ?? !waited)) return rows.remove(id)
      rows.log(id, reason)
      rows.move(id, 'failed', { reason, progress: running.progress })
    }
  }

  /** The app's own end counts as no attempt. */
  #interrupted(id: string, { ending, progress }: Running): void {
    const { rows } = this.#ports
    if (ending === 'pause') this.#paused(rows.move(id, 'paused', { progress, attempts: 0 }))
    else if (this.handler.recovery === 'pause') rows.move(id, 'paused', { progress, attempts: 0 })
    else rows.move(id, 'interrupted', { progress, attempts: rows.get(id)!.attempts - 1 })
  }

  #paused({ id, name }: JobRow): void {
    const words = `${name} is paused; what is there is kept. To go on: hearth tasks resume ${id}`
    this.#settle(id, ({ reject }) => reject(new HearthError('PAUSED', words, { task: id })))
  }

  #end(running: Running, why: Ending): void {
    running.ending = why
    running.abort.abort(why)
  }

  /** What runs at present, with how far it is. */
  active(): { id: string; name: string; progress: JobProgress | null }[] {
    return this.#ports.rows.ofType(this.type).flatMap(({ id, name }) => {
      const live = this.live(id)
      return live ? [{ id, name, progress: live.progress }] : []
    })
  }

  /** Why the last one failed of those that nobody waited for, with its name; null where none did. */
  get failure(): FailedTask | null {
    const failed = this.#ports.rows.ofType(this.type).findLast(({ state }) => state === 'failed')
    return failed?.reason ? { name: failed.name, why: failed.reason } : null
  }

  #add(payload: Payload, name: string, parent: string | null): JobRow {
    const { rows } = this.#ports
    for (const other of rows.ofType(this.type)) if (this.#gives(other, payload, name)) this.#drop(other.id)
    const row = rows.add(this.type, name, parent, payload)
    this.#changed(row.id)
    return row
  }

  /** Whether a job gives its place to a request. One that cannot be read never does: nobody knows what it keeps. */
  #gives({ state, name: called, payload }: JobRow, request: Payload, name: string): boolean {
    const { data } = this.handler.payload.safeParse(payload)
    const { subject } = this.handler
    if (data === undefined || state === 'queued' || state === 'running') return false
    return subject ? subject(data) === subject(request) : state === 'failed' && called === name
  }

  /** Takes a job off the list; what it has kept stays. */
  #drop(id: string): void {
    this.#ports.rows.remove(id)
    this.#changed(id)
  }

  #changed(id: string): void {
    this.#ports.changed(id, false)
  }

  /** @returns whether somebody waited */
  #settle(id: string, how: (waiting: PromiseWithResolvers<Result>) => void): boolean {
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    if (waiting) how(waiting)
    return waiting !== undefined
  }

  async #discard({ payload }: JobRow): Promise<void> {
    const parsed = this.handler.payload.safeParse(payload)
    if (parsed.success) await this.handler.discard?.(parsed.data)
  }
}
