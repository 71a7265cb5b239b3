import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Verdict } from '../../../../common/children/trainer.ts'
import type { Action } from '../../../../common/model/action.ts'
import { seatsIn, stepOf, type DisputeRow, type SeatRow } from '../../../../common/model/dispute.ts'
import { Recipe } from '../../../../common/model/recipe.ts'
import { trainingWorkHash, type JobRow, type TrainingWork } from '../../../../common/model/training-job.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import { systemClock } from '../../../core/clock.ts'
import { openDatabase, type Db } from '../../../core/db/open.ts'
import { Emitter } from '../../../core/events.ts'
import { JobStore } from '../../../core/jobs.ts'
import { Log } from '../../../core/log/log.ts'
import { appPath } from '../../../core/resources.ts'
import type { ChainPorts } from '../../chain-workflow/index.ts'
import { CaseSender } from './case-sender.ts'
import { JurorAnswers } from './juror-routes.ts'
import { juryJobs, TrainingJurorWorkflow } from './juror-workflow.ts'
import { Presence } from './presence.ts'

const DAY = 86_400
const [CUSTOMER, PROVIDER] = [`0x${'c0'.repeat(20)}`, `0x${'d0'.repeat(20)}`]
const hash = (byte: string): string => byte.repeat(32)

const recipe = Recipe.parse(JSON.parse(readFileSync(appPath('test', 'fixtures', 'recipe.json'), 'utf8')))
const work: TrainingWork = { version: 1, recipe, start: null, milestones: [recipe.steps] }
const verdict = (failure: Verdict['failure']): Verdict => ({
  passed: failure === null,
  failure,
  segments: [],
  heldOutLoss: null,
  begins: 0,
  step: recipe.steps,
  stepsAgain: 0,
  share: 0,
})

let folder: string
let db: Db
let jobs: JobStore
let juror: TrainingJurorWorkflow | undefined
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hearth-juror-'))
  db = await openDatabase(join(folder, 'hearth.db'), join(folder, 'none'), new Log(() => {}))
  jobs = new JobStore(db, systemClock)
})
afterEach(async () => {
  await juror?.stop()
  db.close()
  rmSync(folder, { recursive: true })
})

/** A machine that was drawn into the jury of job 9 at chain time 1000, with parties who may show it what they like. */
async function drawn(
  options: { time?: number; base?: boolean; reachable?: boolean; judge?: () => Promise<Verdict> } = {},
) {
  const events: ChainPorts['indexer']['events'] = new Emitter()
  const chain = {
    head: { number: 10, hash: '0x', time: options.time ?? 1000 },
    dispute: {
      id: 5,
      accuser: CUSTOMER,
      accused: PROVIDER,
      bond: 1n,
      state: 'voting',
      round: 0,
      guilty: false,
      beaconBlock: 3,
      spent: false,
      deadline: null,
      transactions: [],
    } as DisputeRow,
    seat: { dispute: 5, round: 0, machine: 7, owner: '0x', until: 1000 + DAY, state: 'drawn' } as SeatRow,
  }
  const job = {
    id: 9,
    customer: CUSTOMER,
    provider: PROVIDER,
    work: trainingWorkHash(work),
    state: 'defended',
    done: 0,
    dispute: 5,
    beacon: '0xbeacon',
  } as JobRow
  const sent: Action[] = []
  const kept = new Set<string>()
  const judged = vi.fn(options.judge ?? (() => Promise.resolve(verdict(null))))
  const reads = {
    job: () => job,
    ofDispute: () => job,
    commitments: () => [{ root: `0x${hash('ab')}`, checkpoints: 1 + recipe.steps / recipe.checkpointEvery }],
  }
  const disputes = {
    openWithSeat: () => [5],
    dispute: () => chain.dispute,
    seats: () => [chain.seat],
    seatOf: () => chain.seat,
  }
  const own = juryJobs(jobs)
  juror = new TrainingJurorWorkflow({
    jobs: own,
    reads,
    disputes,
    kind: { engine: { judge: judged, stop: () => Promise.resolve(), clear: () => Promise.resolve() } },
    blobs: { has: (name: string) => Promise.resolve(kept.has(name)), remove: () => Promise.resolve() },
    monitor: chain,
    machine: () => 7,
    reachable: () => options.reachable !== false,
    indexer: {
      events,
      caughtUp: true,
      chainTime: 0,
      isFinal: () => true,
      requireWitnessed: () => Promise.resolve(),
    },
    steps: { send: (_: string, __: unknown, action: Action) => (sent.push(action), Promise.resolve(null)) },
    account: () => '0xa',
    log: new Log(() => {}),
  } as unknown as ConstructorParameters<typeof TrainingJurorWorkflow>[0])
  const answers = new JurorAnswers({
    jobs: own,
    reads,
    juror,
    baseOf: () => Promise.resolve(options.base === false ? null : '/base'),
  } as unknown as ConstructorParameters<typeof JurorAnswers>[0])
  await juror.start()
  await vi.waitFor(() => expect(juror!.job(5)).not.toBeNull())
  return {
    chain,
    sent,
    judged,
    state: () => juror!.job(5)!.state,
    payload: () => juror!.job(5)!.payload,
    /** A party shows a case, and its files arrive. */
    show: async (wallet: string, name: string) => {
      const file = (kind: string) => ({ hash: hash(name), bytes: 1, key: hash(kind) })
      const given = await answers.answers.show({
        message: { work, data: file('01'), proof: file('02') },
        party: answers.party({ job: 9 }, wallet),
        body: null,
        gone: new AbortController().signal,
      })
      if (!given.message.wanted) return false
      kept.add(hash(name))
      await answers.ticket(9, wallet).onWhole?.()
      return true
    },
    at: async (time: number) => {
      chain.head = { ...chain.head, time }
      juror!.poke()
    },
  }
}

const kinds = (sent: readonly Action[]): string[] => [...new Set(sent.map(({ kind }) => kind))]

test('a juror votes as the segments end, under seal', async () => {
  const it = await drawn()
  expect(await it.show(PROVIDER, '11')).toBe(true)
  await vi.waitFor(() => expect(kinds(it.sent)).toEqual(['castVote']))
  expect(it.payload().guilty).toBe(false)
  it.chain.seat = { ...it.chain.seat, state: 'sealed' }
  it.chain.dispute = { ...it.chain.dispute, state: 'revealing', deadline: 1000 + 2 * DAY }
  juror!.poke()
  await vi.waitFor(() => expect(it.sent.at(-1)).toMatchObject({ kind: 'revealVote', guilty: false }))
})

test.each(['commitment', 'recipe', 'beacon', 'withheld', 'form'])(
  'what a party has spoilt (%s) convicts nobody; the other may still show its case',
  async (check) => {
    let shown = 0
    const it = await drawn({ judge: () => Promise.resolve(verdict(shown++ ? null : { check, why: 'spoilt' })) })
    await it.show(CUSTOMER, '11')
    await vi.waitFor(() => expect(it.payload().worthless).toEqual({ [CUSTOMER]: 1 }))
    await it.show(PROVIDER, '22')
    await vi.waitFor(() => expect(it.payload().guilty).toBe(false))
  },
)

test.each(['segment', 'start', 'steps', 'checkpoint'])('what the chain proves (%s) convicts', async (check) => {
  const it = await drawn({ judge: () => Promise.resolve(verdict({ check, why: 'it ends elsewhere' })) })
  await it.show(CUSTOMER, '11')
  await vi.waitFor(() => expect(it.payload().guilty).toBe(true))
})

test('a party that shows worthless things again and again is listened to no more', async () => {
  const it = await drawn({ judge: () => Promise.resolve(verdict({ check: 'form', why: 'garbled' })) })
  for (let i = 1; i <= 3; i++) {
    expect(await it.show(CUSTOMER, `1${i}`)).toBe(true)
    await vi.waitFor(() => expect(it.payload().worthless).toEqual({ [CUSTOMER]: i }))
    await vi.waitFor(() => expect(it.state()).toBe('summoned'))
  }
  expect(await it.show(CUSTOMER, '19')).toBe(false)
  expect(await it.show(PROVIDER, '29')).toBe(true)
})

test('a juror without the base model abstains at once, so that another one is drawn', async () => {
  const it = await drawn({ base: false })
  expect(await it.show(PROVIDER, '11')).toBe(false)
  await vi.waitFor(() => expect(kinds(it.sent)).toEqual(['abstain']))
  it.chain.seat = { ...it.chain.seat, state: 'abstained' }
  juror!.poke()
  await vi.waitFor(() => expect(kinds(it.sent)).toEqual(['abstain', 'drawJury']))
})

test('a juror whose machine cannot execute the segments abstains', async () => {
  const it = await drawn({ judge: () => Promise.reject(new HearthError('MODEL_UNSUPPORTED', 'too large for here')) })
  await it.show(PROVIDER, '11')
  await vi.waitFor(() => expect(kinds(it.sent)).toEqual(['abstain']))
})

test('an engine that was stopped judges again', async () => {
  let runs = 0
  const it = await drawn({
    judge: () =>
      runs++ ? Promise.resolve(verdict(null)) : Promise.reject(new HearthError('ENGINE_GONE', 'it was stopped')),
  })
  await it.show(PROVIDER, '11')
  await vi.waitFor(() => expect(it.payload().guilty).toBe(false), 10_000)
})

test('a juror that was there all day and was shown nothing takes it as withheld', async () => {
  const it = await drawn()
  await vi.waitFor(() => expect(it.state()).toBe('summoned'))
  await it.at(1000 + DAY - 7199)
  await vi.waitFor(() => expect(kinds(it.sent)).toEqual(['castVote']))
  expect(it.payload().guilty).toBe(true)
})

test('a juror that was switched on two hours before the end abstains', async () => {
  await drawn()
  await juror!.stop()
  const it = await drawn({ time: 1000 + DAY - 7199 })
  await vi.waitFor(() => expect(kinds(it.sent)).toEqual(['abstain']))
})

test('a juror that nobody can reach abstains', async () => {
  const it = await drawn({ reachable: false })
  await it.at(1000 + DAY - 7199)
  await vi.waitFor(() => expect(kinds(it.sent)).toEqual(['abstain']))
})

test('a juror that is drawn again for an appeal votes the same under another seal', async () => {
  const it = await drawn()
  await it.show(PROVIDER, '11')
  await vi.waitFor(() => expect(it.payload().salt).not.toBeNull())
  const { salt } = it.payload()
  it.chain.seat = { ...it.chain.seat, state: 'innocent' }
  juror!.poke()
  await vi.waitFor(() => expect(it.state()).toBe('revealed'))
  it.chain.dispute = { ...it.chain.dispute, round: 1 }
  it.chain.seat = { ...it.chain.seat, round: 1, state: 'drawn', until: 1000 + 3 * DAY }
  juror!.poke()
  await vi.waitFor(() => expect([it.state(), it.payload().round]).toEqual(['voted', 1]))
  expect(it.payload().guilty).toBe(false)
  expect(it.payload().salt).not.toBe(salt)
  expect(it.judged).toHaveBeenCalledTimes(1)
})

test('presence counts from when a program was there without a break', () => {
  let now = 0
  const presence = new Presence(() => now)
  presence.note(1, 1000)
  now += 60_000
  presence.note(1, 40_000)
  expect(presence.seconds(1, 50_000)).toBe(49_000)
  expect(presence.seconds(2, 50_000)).toBe(0)
  now += 11 * 60_000
  presence.note(1, 50_000)
  expect(presence.seconds(1, 50_000)).toBe(0)
  presence.note(1, null)
  expect(presence.seconds(1, 90_000)).toBe(0)
})

test('each juror is shown the case by the number of its machine, and a slow one keeps it from no other', async () => {
  const asked: string[] = []
  const sender = new CaseSender({
    market: { machine: (id: number) => ({ id, peer: `peer ${id}`, addresses: ['/ip4/127.0.0.1/tcp/1'] }) },
    blobs: { add: () => Promise.resolve({ hash: hash('aa'), bytes: 1, key: hash('bb') }), remove: async () => {} },
    exchange: { send: async () => {} },
    ask:
      ({ peer }: { peer: string }) =>
      () => {
        asked.push(peer)
        return peer === 'peer 1' ? new Promise(() => {}) : Promise.resolve({ message: { wanted: false }, body: null })
      },
    log: new Log(() => {}),
  } as unknown as ConstructorParameters<typeof CaseSender>[0])
  const seat = (machine: number, state: SeatRow['state'] = 'drawn'): SeatRow => ({
    dispute: 5,
    round: 0,
    machine,
    owner: '0x',
    until: 1,
    state,
  })
  const show = () =>
    sender.show({ id: 9 } as JobRow, work, { data: '', proof: '' }, [seat(1), seat(2), seat(70_000), seat(8, 'sealed')])
  show()
  await vi.waitFor(() => expect(asked.toSorted()).toEqual(['peer 1', 'peer 2', 'peer 70000']))
  show()
  await new Promise((resolve) => setImmediate(resolve))
  expect(asked).toHaveLength(3)
})

const dispute = (change: Partial<DisputeRow>): DisputeRow => ({
  id: 1,
  accuser: CUSTOMER,
  accused: PROVIDER,
  bond: 1n,
  state: 'voting',
  round: 0,
  guilty: false,
  beaconBlock: 10,
  spent: false,
  deadline: null,
  transactions: [],
  ...change,
})
const seats = (...states: SeatRow['state'][]): SeatRow[] =>
  states.map((state, machine) => ({ dispute: 1, round: 0, machine, owner: '0x', until: 100, state }))
const steps: readonly (readonly [string, Partial<DisputeRow>, SeatRow[], number, number, ReturnType<typeof stepOf>])[] =
  [
    ['before its beacon', { state: 'called' }, [], 10, 0, null],
    ['behind its beacon', { state: 'called' }, [], 11, 0, 'draw'],
    ['whose beacon can just be read', { state: 'called' }, [], 8201, 0, 'draw'],
    ['whose beacon is gone', { state: 'called' }, [], 8202, 0, 'close'],
    ['that all vote on', {}, seats('drawn', 'sealed', 'drawn'), 20, 100, null],
    ['with a silent juror', {}, seats('drawn', 'sealed', 'drawn'), 20, 101, 'draw'],
    ['with a free place', {}, seats('drawn', 'abstained', 'drawn'), 20, 100, 'draw'],
    ['with a place that nobody is left for', { spent: true }, seats('drawn', 'drawn'), 20, 100, null],
    ['where all who are there have voted', { spent: true }, seats('sealed', 'sealed'), 20, 100, 'draw'],
    ['in which too many abstain', {}, seats('drawn', ...Array<'abstained'>(5).fill('abstained')), 20, 100, null],
    [
      'in which nobody is drawn any more',
      {},
      [...seats('absent'), { ...seats('drawn')[0]!, machine: 9, until: 90_000 }],
      20,
      86_501,
      null,
    ],
    ['that reveals', { state: 'revealing', deadline: 100 }, [], 20, 100, null],
    ['that has revealed', { state: 'revealing', deadline: 100 }, [], 20, 101, 'rule-round'],
    ['that may be appealed', { state: 'ruled', deadline: 100 }, [], 20, 100, null],
    ['that nobody has appealed', { state: 'ruled', deadline: 100 }, [], 20, 101, 'close'],
    ['of the last jury', { state: 'ruled', deadline: 100, round: 2 }, [], 20, 0, 'close'],
    ['that is closed', { state: 'closed' }, [], 20, 0, 'close'],
  ]
test.each(steps)('a dispute %s', (_, change, jury, number, time, step) => {
  expect(stepOf(dispute(change), jury, { number, time })).toBe(step)
})

test('each appeal has one seat more than twice as many', () => {
  expect([0, 1, 2].map(seatsIn)).toEqual([3, 7, 15])
})
