import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { systemClock } from '../../core/clock.ts'
import { openDatabase, type Db } from '../../core/db/open.ts'
import { Emitter } from '../../core/events.ts'
import { JobTable, type SubjectJob } from '../../core/job-table.ts'
import { JobStore } from '../../core/jobs.ts'
import { Log } from '../../core/log/log.ts'
import type { SentStep } from '../chain/index.ts'
import { ProviderWorkflow, type ChainPorts } from './index.ts'
import { jobWords, lineWords } from '../../cli/in-words.ts'
import { written } from '../../../test/support/sayings.ts'

interface Row {
  readonly id: number
  readonly state: 'open' | 'over'
  readonly reveals?: boolean
  readonly deadline?: number
}
interface Payload {
  readonly done: number
  readonly sent: SentStep | null
}
type State = 'running' | 'paused' | 'closed'
type Event = 'paused' | 'resumed' | 'closed'
const moves = {
  running: { paused: 'paused', closed: 'closed' },
  paused: { resumed: 'running', closed: 'closed' },
  closed: {},
} as const

/** Counts to ten, three at a time unless it is cut off, and settles. */
class Counting extends ProviderWorkflow<Row, State, Event, Payload> {
  readonly chain: Row[] = [{ id: 7, state: 'open' }]
  refuses: string | null = null
  fails = 0
  looked = 0
  readonly #behave: { hold: Promise<void> }

  constructor(chain: ChainPorts, jobs: JobStore, behave: { hold: Promise<void> }) {
    super(chain, { name: 'counting', jobs: new JobTable(jobs, 'count', moves), everyMs: 10, showWhy: true })
    this.#behave = behave
  }
  protected rows(): Row[] {
    return this.chain
  }
  protected row(id: number): Row | null {
    return this.chain.find((row) => row.id === id) ?? null
  }
  protected seen({ state }: Row): string {
    return state
  }
  protected adopt({ id }: Row): void {
    this.jobs.report(this.jobs.open(id, 'running', { done: 0, sent: null }), written('adopted'))
  }
  protected isTakenOn({ state }: SubjectJob<State, Payload>): boolean {
    return state !== 'closed'
  }
  protected isAtWork({ state }: SubjectJob<State, Payload>): boolean {
    return state === 'running'
  }
  protected kindOf(): null {
    return null
  }
  protected async advance(job: SubjectJob<State, Payload>, row: Row): Promise<void> {
    this.looked++
    if (row.reveals)
      return this.send(job, row, { kind: 'revealVote', dispute: 1, machine: row.id, guilty: true, salt: '0x' })
    if (row.state === 'over') return void this.jobs.move(job, 'closed')
    if (this.refuses !== null) throw new Error(this.refuses)
    if (job.payload.done >= 10) return this.send(job, row, { kind: 'acceptJob', job: row.id }, written('sent'))
    this.work(job, {
      execute: async (signal) => {
        if (this.fails > 0) throw new Error(`failure ${this.fails--}`)
        for (let done = job.payload.done; done < 10 && !signal.aborted; done++) {
          this.jobs.amend(job, { done: done + 1 })
          if (done === 2) await this.#behave.hold
        }
      },
      failed: (error) => written(String(error)),
    })
  }
}

let folder: string
let db: Db
let jobs: JobStore
let counting: Counting
let steps: string[]
let pending: boolean
let final: boolean
let warned: string[]
let release: () => void

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hearth-workflow-'))
  db = await openDatabase(join(folder, 'hearth.db'), join(folder, 'none'), new Log(() => {}))
  jobs = new JobStore(db, systemClock)
  ;[steps, pending, warned, final] = [[], true, [], true]
  begin()
})
afterEach(async () => {
  release()
  await counting.stop()
  db.close()
  rmSync(folder, { recursive: true, force: true })
})

/** A host that has just started on the same data folder. */
function begin(): void {
  const { promise, resolve } = Promise.withResolvers<void>()
  release = resolve
  const chain: ChainPorts = {
    account: () => '0xa',
    indexer: {
      events: new Emitter(),
      caughtUp: true,
      isFinal: () => final,
      requireWitnessed: () => Promise.resolve(),
      chainTime: 1_000,
    },
    log: new Log(({ message, level }) => void (level === 'warn' && warned.push(message))),
    steps: {
      pending: () => pending,
      send: (seen, last, { kind }) => {
        if (last?.kind === kind && last.seen === seen && pending) return Promise.resolve(null)
        steps.push(kind)
        return Promise.resolve({ kind, transaction: `t${steps.length}`, seen })
      },
    },
  }
  counting = new Counting(chain, jobs, { hold: promise })
}
const why = (): string | null => {
  const reason = counting.job(7)?.reason
  return reason ? jobWords(reason) : null
}
const words = (): string[] => jobs.logAfter(counting.job(7)?.id ?? '', 0).map(lineWords)

test('a row is adopted once, worked on to its end, and what is due is sent once', async () => {
  release()
  await counting.start()
  await expect.poll(() => steps).toEqual(['acceptJob'])
  for (let i = 0; i < 5; i++) counting.poke()
  await expect.poll(() => counting.job(7)?.payload).toMatchObject({ done: 10, sent: { transaction: 't1' } })
  expect(words()).toEqual(['adopted', 'sent'])
  // An attempt that failed is made again, one that is under way is not.
  pending = false
  await expect.poll(() => steps.length).toBeGreaterThan(1)
})

test('work gives the machine back when its owner wants it, says why, and goes on from where it was', async () => {
  await counting.start()
  await expect.poll(() => counting.job(7)?.payload.done).toBe(3)
  expect(counting.active?.subjectId).toBe(7)
  counting.setPaused('not-idle')
  release()
  await expect
    .poll(() => counting.job(7))
    .toMatchObject({ state: 'paused', reason: { code: 'paused', args: { reason: 'not-idle' } }, payload: { done: 3 } })
  expect([counting.active?.subjectId, counting.atWork]).toEqual([7, null])
  counting.setPaused(null)
  await expect.poll(() => counting.job(7)).toMatchObject({ state: 'running', reason: null, payload: { done: 10 } })
})

test('a host that starts anew takes its jobs up where they were', async () => {
  await counting.start()
  await expect.poll(() => counting.job(7)?.payload.done).toBe(3)
  const stopped = counting.stop()
  release()
  await stopped
  begin()
  release()
  await counting.start()
  await expect.poll(() => steps).toEqual(['acceptJob'])
  expect(words()).toEqual(['adopted', 'sent'])
})

test('a step that fails is said once, with its reason on the job, and the reason goes with the failure', async () => {
  counting.refuses = 'the wallet is locked'
  await counting.start()
  await expect.poll(why).toBe('the wallet is locked')
  counting.poke()
  counting.refuses = null
  release()
  await expect.poll(() => steps, { timeout: 15_000 }).toEqual(['acceptJob'])
  expect(counting.job(7)?.reason).toBeNull()
  expect(words()).toEqual(['adopted', 'the wallet is locked', 'sent'])
  expect(warned).toEqual(['a job’s step failed; it is tried again'])
})

test('what changes on the chain is taken up at once, however long a failed step would have waited', async () => {
  counting.refuses = 'refused'
  await counting.start()
  await expect.poll(why).toBe('refused')
  counting.chain[0] = { id: 7, state: 'over' }
  await expect.poll(() => counting.job(7)?.state).toBe('closed')
  expect(counting.active).toBeNull()
})

test('an engine that fails is said in the job’s log and begins again', async () => {
  counting.fails = 2
  release()
  await counting.start()
  await expect.poll(() => steps, { timeout: 15_000 }).toEqual(['acceptJob'])
  expect(words()).toEqual(['adopted', 'Error: failure 2', 'Error: failure 1', 'sent'])
})

test('a vote is revealed when what it follows from is final, or when its time is nearly over', async () => {
  const start = async (deadline: number): Promise<void> => {
    counting.chain[0] = { id: 7, state: 'open', reveals: true, deadline }
    await counting.start()
  }
  final = false
  await start(100_000)
  await expect.poll(() => counting.looked).toBeGreaterThan(2)
  expect(steps).toEqual([])
  final = true
  await expect.poll(() => steps).toEqual(['revealVote'])
  await counting.stop()
  begin()
  ;[final, pending] = [false, false]
  await start(1_500)
  await expect.poll(() => steps.length).toBeGreaterThan(1)
})
