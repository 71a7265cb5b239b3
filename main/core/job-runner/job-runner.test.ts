import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { IllegalMove } from '../../../common/model/state-machine.ts'
import { systemClock } from '../clock.ts'
import { migrate } from '../db/migrate.ts'
import type { Db } from '../db/open.ts'
import { Log } from '../log/log.ts'
import type { JobContext, JobHandler } from './job-handler.ts'
import { JobRunner } from './job-runner.ts'
import { Speed } from './speed.ts'
import { plain } from '../../../common/model/job-saying-names.ts'
import { lineWords } from '../../cli/in-words.ts'

type Work = { readonly what: string }
let db: Db
const open: JobRunner[] = []

beforeEach(() => {
  db = new Database(':memory:')
  migrate(db)
})
afterEach(async () => {
  await Promise.all(open.splice(0).map((runner) => runner.stop()))
  db.close()
})

/** A runner over the database at hand, as a host that starts makes it. */
function host(change: Partial<JobHandler<Work, string>> = {}) {
  const runner = new JobRunner({ db, clock: systemClock, log: new Log(() => {}) })
  open.push(runner)
  const begun: string[] = []
  const discarded: string[] = []
  const gates = new Map<string, PromiseWithResolvers<string>>()
  const gate = (what: string) => {
    const there = gates.get(what) ?? Promise.withResolvers<string>()
    gates.set(what, there)
    return there
  }
  const queue = runner.register<Work, string>({
    type: 'toy',
    payload: z.strictObject({ what: z.string() }),
    recovery: 'resume',
    attempts: 2,
    concurrency: 1,
    pausable: true,
    run: ({ payload: { what }, signal }: JobContext<Work>) => {
      begun.push(what)
      const { promise, reject } = gate(what)
      signal.addEventListener('abort', () => reject(new Error('aborted')))
      return promise
    },
    discard: ({ what }) => {
      discarded.push(what)
      return Promise.resolve()
    },
    ...change,
  })
  const states = () => runner.list().map(({ name, state }) => `${name} ${state}`)
  return { runner, queue, begun, discarded, gate, states }
}

/** What a kill leaves: the rows as they stand, and nobody who works on them. */
const killed = (id: string): void =>
  void db.prepare(`update jobs set state = 'running', attempts = attempts + 1 where id = ?`).run(id)

describe('jobs', () => {
  test('run in the order in which they came, as many at once as their type allows', async () => {
    const { runner, queue, begun, gate, states } = host()
    const first = queue.run({ what: 'a' }, { name: 'A' })
    queue.enqueue({ what: 'b' }, { name: 'B' })
    expect(begun).toEqual([])
    await runner.start()
    expect(begun).toEqual(['a'])
    gate('a').resolve('done with a')
    expect(await first).toBe('done with a')
    await expect.poll(() => begun).toEqual(['a', 'b'])
    expect(states()).toEqual(['B running', 'A done'])
  })

  test('say why they failed, stay in sight, and are tried again', async () => {
    const { runner, queue, gate, begun } = host()
    await runner.start()
    const { id } = queue.enqueue({ what: 'a' }, { name: 'A' })
    gate('a').reject(new Error('the disk is full'))
    await queue.ended()
    expect(runner.get(id)).toMatchObject({
      state: 'failed',
      reason: { args: { failure: { message: 'the disk is full' } } },
    })
    expect(runner.log(id).map(lineWords)).toEqual(['the disk is full'])
    runner.resume(id)
    expect(begun).toEqual(['a', 'a'])
  })

  test('whose caller waits give the failure to the caller alone', async () => {
    const { runner, queue, gate, states } = host()
    await runner.start()
    const result = queue.run({ what: 'a' }, { name: 'A' })
    gate('a').reject(new Error('the disk is full'))
    await expect(result).rejects.toThrow('the disk is full')
    await queue.ended()
    expect(states()).toEqual([])
  })

  test('replace a failed one of the same name', async () => {
    const { runner, queue, gate, states } = host()
    await runner.start()
    queue.enqueue({ what: 'a' }, { name: 'A' })
    gate('a').reject(new Error('no'))
    await queue.ended()
    queue.enqueue({ what: 'b' }, { name: 'A' })
    expect(states()).toEqual(['A running'])
  })

  test('are paused and go on', async () => {
    const { runner, queue, begun } = host()
    await runner.start()
    const { id } = queue.enqueue({ what: 'a' }, { name: 'A' })
    await runner.pause(id)
    expect(runner.get(id)).toMatchObject({ state: 'paused' })
    runner.resume(id)
    expect(begun).toEqual(['a', 'a'])
  })

  test('that somebody waits for say so when they are paused, running or not, and go on without them', async () => {
    const { runner, queue, gate, begun } = host()
    await runner.start()
    const waiting = ['a', 'b'].map((what) => queue.run({ what }, { name: what.toUpperCase() }))
    const told = Promise.allSettled(waiting)
    const ids = runner.list().map(({ id }) => id)
    for (const id of ids) await runner.pause(id)
    for (const outcome of await told)
      expect(outcome).toMatchObject({
        status: 'rejected',
        reason: { code: 'PAUSED', message: expect.stringContaining('hearth tasks resume') },
      })
    expect(begun).toEqual(['a'])
    for (const id of ids) runner.resume(id)
    gate('b').resolve('')
    await expect.poll(() => runner.get(ids[0]!)?.state).toBe('done')
  })

  test('whose handler keeps quiet when it is paused tell who waits all the same', async () => {
    const { runner, queue } = host({
      run: ({ signal }) => new Promise((resolve) => signal.addEventListener('abort', () => resolve('so far'))),
    })
    await runner.start()
    const told = expect(queue.run({ what: 'a' }, { name: 'A' })).rejects.toMatchObject({ code: 'PAUSED' })
    await runner.pause(runner.list()[0]!.id)
    await told
  })

  test('are not paused where their type cannot go on', async () => {
    const { runner, queue } = host({ pausable: false })
    await runner.start()
    const { id } = queue.enqueue({ what: 'a' }, { name: 'A' })
    await expect(runner.pause(id)).rejects.toThrow('cannot be paused')
    expect(runner.get(id)).toMatchObject({ state: 'running' })
  })

  test('are cancelled with their children, and give up what they kept', async () => {
    const { runner, queue, discarded, states } = host({ concurrency: 2 })
    await runner.start()
    const parent = queue.enqueue({ what: 'p' }, { name: 'Parent' })
    queue.enqueue({ what: 'c' }, { name: 'Child', parent: parent.id })
    await runner.cancel(parent.id)
    expect(discarded).toEqual(['c', 'p'])
    expect(states()).toEqual([])
  })

  test('that somebody waits for end in ABORTED when they are cancelled', async () => {
    const { runner, queue } = host()
    await runner.start()
    const result = queue.run({ what: 'a' }, { name: 'A' })
    const cancelled = expect(result).rejects.toMatchObject({ code: 'ABORTED' })
    await runner.cancel(runner.list()[0]!.id)
    await cancelled
  })

  test('whose request their type does not read end in words, also for who waits', async () => {
    const { runner, queue, begun } = host({ payload: z.strictObject({ what: z.string().max(3) }) })
    await runner.start()
    await expect(queue.run({ what: 'much too long' }, { name: 'A' })).rejects.toMatchObject({ code: 'BAD_INPUT' })
    expect(begun).toEqual([])
  })

  test('refuse what is not possible in their state', async () => {
    const { runner, queue } = host()
    await runner.start()
    const { id } = queue.enqueue({ what: 'a' }, { name: 'A' })
    expect(() => runner.resume(id)).toThrow(IllegalMove)
    await expect(runner.pause('nobody')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})

describe('behind an end of the app', () => {
  test('a job begins again by itself, and an orderly end counts as no attempt', async () => {
    const before = host()
    await before.runner.start()
    const { id } = before.queue.enqueue({ what: 'a' }, { name: 'A' })
    for (let i = 0; i < 5; i++) {
      await before.runner.stop()
      const again = host()
      await again.runner.start()
      expect(again.begun).toEqual(['a'])
      await again.runner.stop()
    }
    expect(db.prepare('select state, attempts from jobs where id = ?').get(id)).toEqual({
      state: 'queued',
      attempts: 0,
    })
  })

  test('one that the app dies over again and again is given up, in words', async () => {
    const before = host()
    const { id } = before.queue.enqueue({ what: 'a' }, { name: 'A' })
    killed(id)
    const second = host()
    await second.runner.start()
    expect(second.begun).toEqual(['a'])
    // The second host is killed as well: nobody moves the row.
    open.splice(open.indexOf(second.runner), 1)
    const third = host()
    await third.runner.start()
    expect(third.begun).toEqual([])
    expect(third.runner.get(id)).toMatchObject({
      state: 'failed',
      reason: { code: 'appEndedAgain' },
    })
  })

  test('one that waits for a person waits', async () => {
    const before = host()
    const { id } = before.queue.enqueue({ what: 'a' }, { name: 'A' })
    killed(id)
    const after = host({ recovery: 'pause' })
    await after.runner.start()
    expect(after.begun).toEqual([])
    expect(after.runner.get(id)).toMatchObject({ state: 'paused' })
  })

  test('one whose request this version cannot read fails in words', async () => {
    const { runner, queue, begun } = host()
    const { id } = queue.enqueue({ what: 'a' }, { name: 'A' })
    db.prepare(`update jobs set payload = '{"what":1,"how":2}' where id = ?`).run(id)
    await runner.start()
    expect(begun).toEqual([])
    expect(runner.get(id)).toMatchObject({ state: 'failed', reason: plain('unreadable') })
    // A request for the same does not take its place: nobody knows what it keeps.
    queue.enqueue({ what: 'b' }, { name: 'A' })
    expect(runner.unreadable()).toMatchObject([{ id }])
    expect(queue.failure).toEqual({ name: 'A', why: plain('unreadable') })
  })

  test('one whose request is damaged fails in words, and the others run', async () => {
    const { runner, queue, begun } = host()
    const { id } = queue.enqueue({ what: 'a' }, { name: 'A' })
    db.prepare(`update jobs set payload = '{"what' where id = ?`).run(id)
    queue.enqueue({ what: 'b' }, { name: 'B' })
    await runner.start()
    expect(begun).toEqual(['b'])
    expect(runner.get(id)).toMatchObject({ state: 'failed', reason: plain('unreadable') })
  })

  test('one of an unknown type is shown, refused in words, and left as it is', async () => {
    const { runner, queue } = host()
    const { id } = queue.enqueue({ what: 'a' }, { name: 'A' })
    db.prepare(`update jobs set kind = 'from the future' where id = ?`).run(id)
    await runner.start()
    expect(runner.get(id)).toMatchObject({ known: false, state: 'queued' })
    await expect(runner.cancel(id)).rejects.toThrow('does not know tasks of the type “from the future”')
    expect(runner.get(id)).toMatchObject({ known: false, state: 'queued' })
  })
})

test('speed and what is left follow what was reported, step by step', () => {
  let now = 0
  const speed = new Speed(() => now)
  const note = (step: string, done: number): void => speed.note({ step, done, of: 1000, unit: 'items' })
  note('reading', 0)
  now = 1000
  note('reading', 100)
  expect(speed.perSecond).toBe(100)
  expect(speed.secondsLeft({ step: 'reading', done: 100, of: 1000, unit: 'items' })).toBe(9)
  expect(speed.secondsLeft({ step: 'reading', done: 100, of: null, unit: 'items' })).toBeNull()
  now = 2000
  note('indexing', 0)
  expect(speed.perSecond).toBeNull()
})
