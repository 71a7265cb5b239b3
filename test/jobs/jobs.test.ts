import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Api } from '../../common/api/index.ts'
import { hired, newRun, openJob, over, warp } from '../../main/headless/demo/jobs.ts'
import { Rpc } from '../../main/features/chain/index.ts'
import { demoBase } from '../support/demo.ts'
import { act, fund, goOnline, until } from '../support/market.ts'
import { World, type HearthProcess } from '../support/processes.ts'
import { Stranger } from '../support/stranger.ts'
import { outcomeOf, type CheckWay } from '../../common/model/recomputed-names.ts'
import { plain } from '../../common/model/job-saying-names.ts'

const PATIENCE_MS = 170_000
let world: World
let rpc: Rpc
let hosts: Record<'first' | 'second' | 'customer', HearthProcess>
let first: Api
let second: Api
let customer: Api
let machines: { first: number; second: number }

const step = async (job: number) => (await hired(customer, job)).own!.step
const free = async (api: Api): Promise<bigint> => (await api.system.overview({})).balances!.market
const detail = async (run: string) => (await customer.training.run({ id: run })).run
const announced = async (machine: number, api: Api) => {
  const { addresses } = (await until('the peer', async () => (await api.system.overview({})).peer))!
  await until('the announcement', async () =>
    (await customer.market.offers({})).find(
      (offer) => offer.machine.id === machine && offer.machine.addresses.some((address) => addresses.includes(address)),
    ),
  )
}

beforeAll(async () => {
  world = new World()
  const { rpcUrl } = (await world.chain()).ready
  rpc = new Rpc(rpcUrl!)
  hosts = {
    first: await world.serve('first', rpcUrl!),
    second: await world.serve('second', rpcUrl!),
    customer: await world.serve('customer', rpcUrl!),
  }
  ;[first, second, customer] = await Promise.all([
    world.api(hosts.first),
    world.api(hosts.second),
    world.api(hosts.customer),
  ])
  await Promise.all([first, second, customer].map((api) => fund(api, world.passphrase)))
  machines = {
    first: (await goOnline(first, customer)).machine.id,
    second: (await goOnline(second, customer)).machine.id,
  }
})
afterAll(() => world[Symbol.asyncDispose]())

const restart = async (name: 'first' | 'second' | 'customer'): Promise<Api> => {
  hosts[name] = await world.serve(name, rpc.url)
  return world.api(hosts[name])
}

describe('a training job', () => {
  test(
    'survives kill -9 of the engine, of the provider and of the customer, and ends in the very bits of an ' +
      'undisturbed run',
    async () => {
      const run = await newRun(customer, null)
      const { id, price, milestones } = await openJob(customer, run, machines.first)
      const before = await free(first)
      await until('some steps', async () => (await step(id)) > 8, PATIENCE_MS)
      process.kill((await first.system.health({})).children.jobTrainer!, 'SIGKILL')
      await until('more steps', async () => (await step(id)) > 16, PATIENCE_MS)
      await hosts.first.kill('SIGKILL')
      first = await restart('first')
      await until('still more steps', async () => (await step(id)) > 26, PATIENCE_MS)
      await hosts.customer.kill('SIGKILL')
      customer = await restart('customer')
      const { job, own } = await over(customer, id)
      expect(job.state).toBe('passed')
      // Every drawn segment was executed again here, without any kill, to the same bits.
      expect(own!.verdicts.flatMap(({ segments }) => segments.map(({ exact }) => exact))).toEqual(
        own!.verdicts.flatMap(({ segments }) => segments.map(() => true)),
      )
      expect(own!.verdicts.map(({ passed }) => passed)).toEqual([true, true])
      const row = await detail(run)
      expect(row.state).toBe('finished')
      expect(row.heldOutLoss!).toBeLessThan(row.baseLoss!)
      expect((await customer.training.adapterFiles({ id: run })).map(({ name }) => name)).toContain(
        'adapter_model.safetensors',
      )
      await until('the payment', async () => (await free(first)) === before + price * BigInt(milestones))
      expect((await first.earn.payments({})).filter((item) => item.kind === 'job' && item.id === id)).toHaveLength(
        milestones,
      )
      const checked = (way: CheckWay, of = customer) => of.explorer.checkThing({ kind: 'job', id, way })
      const rows = await checked('recompute')
      expect(rows.filter(({ what }) => what === 'sample')).toHaveLength(milestones)
      expect([outcomeOf(rows), outcomeOf(await checked('again'))]).toEqual(['equal', 'equal'])
      // Another machine has neither what was ordered nor the proof.
      expect((await checked('again', second))[0]).toMatchObject({ here: null, why: 'bytes' })
      expect(outcomeOf(await checked('recompute', second))).toBe('partly')
      const proof = join(hosts.customer.dataDir, 'training', run, 'proof.hpb')
      const bytes = await readFile(proof)
      bytes[bytes.length - 9]! ^= 1
      await writeFile(proof, bytes)
      expect((await checked('again'))[0]).toMatchObject({ what: 'proof', here: 'false', said: 'true' })
      // The customer's data does not stay behind.
      await until('the provider’s end', async () =>
        (await first.jobs.provided({})).find((item) => item.job.id === id && item.state === 'closed'),
      )
      await expect(readFile(join(hosts.first.dataDir, 'jobs', String(id), 'data.htd'))).rejects.toThrow('ENOENT')
    },
  )

  test('moves to another machine after the first one falls silent; each is paid for what it proved', async () => {
    const run = await newRun(customer, 120)
    const one = await openJob(customer, run, machines.first)
    await until('the first milestone', async () => (await hired(customer, one.id)).job.done === 1, PATIENCE_MS)
    await hosts.first.kill('SIGKILL')
    await warp(rpc, (await hired(customer, one.id)).job.deadline! + 1)
    const ended = await over(customer, one.id)
    const proven = ended.own!.milestones[0]!
    expect(ended.job).toMatchObject({ state: 'ended', done: 1 })
    expect(await detail(run)).toMatchObject({ state: 'paused', step: proven })

    const two = await openJob(customer, run, machines.second)
    const { job, own } = await over(customer, two.id)
    expect(job.state).toBe('passed')
    expect(own!.verdicts[0]!.begins).toBe(proven)
    expect(await detail(run)).toMatchObject({ state: 'finished', step: own!.milestones.at(-1) })
    first = await restart('first')
    await first.earn.start({})
    await announced(machines.first, first)
    const paid = async (api: Api, id: number) =>
      (await api.earn.payments({})).filter((item) => item.kind === 'job' && item.id === id).map((item) => item.paid)
    expect(
      await until('the first payment', async () => (await paid(first, one.id)).length > 0 && paid(first, one.id)),
    ).toEqual([one.price])
    expect(await paid(second, two.id)).toEqual(Array(two.milestones).fill(two.price))
  })

  test('pauses while the owner wants the machine, and goes on; the same run is not done twice', async () => {
    // Long enough that no milestone is reached between what is seen and what is done about it.
    const run = await newRun(customer, null, undefined, 'thorough')
    const quote = (await customer.jobs.quotes({ run })).find(({ machine }) => machine.id === machines.first)!
    const { id } = await openJob(customer, run, machines.second)
    const {
      job: { work, milestones },
    } = await hired(customer, id)
    await act(customer, {
      kind: 'openJob',
      machine: machines.first,
      price: quote.terms!.price,
      milestones,
      duration: 900,
      work,
    })
    const twice = await until('the second job', async () =>
      (await customer.jobs.hired({})).find(({ job, own }) => job.id > id && own?.state === 'closed'),
    )
    expect(twice.job).toMatchObject({ state: 'ended', provider: null })
    await until('some steps', async () => (await step(id)) > 2, PATIENCE_MS)
    await second.earn.stop({})
    const paused = await until('the pause', async () =>
      (await second.jobs.provided({})).find(({ job, state }) => job.id === id && state === 'paused'),
    )
    expect((await hired(customer, id)).job.state).toBe('active')
    await second.earn.start({})
    await until('going on', async () => (await step(id)) > paused.step, PATIENCE_MS)
    // The customer leaves: the stake is back whole, and the run can go on here.
    await act(customer, { kind: 'leaveJob', job: id })
    const { job } = await over(customer, id)
    expect(job).toMatchObject({ state: 'ended', done: 0 })
    expect(await detail(run)).toMatchObject({ state: 'ready', step: 0 })
  })

  test('goes on without its customer, who judges what was committed in the meantime', async () => {
    const run = await newRun(customer, 120)
    const { id } = await openJob(customer, run, machines.first)
    await until('the acceptance', async () => (await hired(customer, id)).job.state === 'active')
    await hosts.customer.kill('SIGKILL')
    await until(
      'the sample',
      async () => (await first.jobs.provided({})).find(({ job }) => job.id === id && job.state === 'sampled'),
      PATIENCE_MS,
    )
    customer = await restart('customer')
    const { job, own } = await over(customer, id)
    expect(job.state).toBe('passed')
    expect(own!.verdicts.map(({ passed }) => passed)).toEqual([true, true])
    expect(await detail(run)).toMatchObject({ state: 'finished' })
  })

  test('that pays less than the machine asks is refused, and the escrow comes back by itself', async () => {
    const run = await newRun(customer, 24)
    const before = await free(customer)
    const { terms } = (await customer.jobs.quotes({ run })).find(({ machine }) => machine.id === machines.second)!
    const { work } = await customer.jobs.draft({ run, milestones: terms!.milestones })
    await act(customer, {
      kind: 'openJob',
      machine: machines.second,
      price: 1n,
      milestones: terms!.milestones,
      duration: terms!.duration,
      work,
    })
    const opened = await until('the job', async () =>
      (await customer.jobs.hired({})).find(({ own }) => own?.run === run),
    )
    const { job, own } = await over(customer, opened.job.id)
    expect(job.state).toBe('ended')
    expect(own!.reason).toEqual(plain('jobOver'))
    await until('the escrow', async () => (await free(customer)) === before)
    expect(await detail(run)).toMatchObject({ state: 'ready' })
  })
})

describe('a machine says why it does not take a run', () => {
  const refusals = async (run: string) =>
    Object.fromEntries(
      (await customer.jobs.quotes({ run })).map(({ machine, refusal }) => [machine.id, refusal?.code ?? null]),
    )

  test('because its owner is using it, or takes no training, or has not the base model', async () => {
    const run = await newRun(customer, 24)
    await first.earn.stop({})
    const { earn } = await second.system.settings({})
    await second.system.changeSettings({ earn: { ...earn, training: false } })
    expect(await refusals(run)).toEqual({ [machines.first]: 'MACHINE_BUSY', [machines.second]: 'MACHINE_BUSY' })
    await second.system.changeSettings({ earn: { ...earn, training: true } })

    const folder = await mkdtemp(join(tmpdir(), 'hearth-jobs-base-'))
    await cp(demoBase, folder, { recursive: true })
    const tokenizer = JSON.parse(await readFile(join(folder, 'tokenizer.json'), 'utf8')) as object
    await writeFile(join(folder, 'tokenizer.json'), JSON.stringify({ ...tokenizer, of: 'another model' }))
    const base = await customer.training.addBase({ path: folder })
    const other = await newRun(customer, 24, base.path)
    expect((await refusals(other))[machines.second]).toBe('BASE_MISSING')
    await rm(folder, { recursive: true })
  })
})

describe('a stranger', () => {
  test('gets nothing of a job between others, and what is malformed is refused', async () => {
    await using stranger = await Stranger.arrive((await second.system.overview({})).peer!.addresses[0]!)
    const { job } = (await second.jobs.provided({}))[0]!
    const hash = 'ab'.repeat(32)
    const subject = { job: job.id }
    const file = { kind: 'job', id: job.id }
    for (const [route, message] of [
      ['training/3', { subject, type: 'follow', afterLog: 0, afterEntry: 0, waitMs: 0 }],
      ['files/1', { subject: file, type: 'get', hash, offset: 0, length: 10 }],
      ['files/1', { subject: file, type: 'put', hash, offset: 0 }],
    ] as const)
      expect(await stranger.ask(route, message), message.type).toMatchObject({ error: 'NOT_A_PARTY' })
    for (const [route, message] of [
      ['training/3', { type: 'run' }],
      ['training-quote/1', { type: 'ask', recipe: {} }],
      ['files/1', { subject: { kind: 'wallet', id: 1 }, type: 'get', hash, offset: 0, length: 10 }],
      ['files/1', { subject: file, type: 'get', hash: '../../keystore.json', offset: 0, length: 10 }],
      ['files/1', { subject: file, type: 'put', hash, offset: -1 }],
      ['training/3', { subject, type: 'follow', afterLog: 0, afterEntry: 0, waitMs: 1e9 }],
    ] as const)
      expect(await stranger.ask(route, message), JSON.stringify(message)).toMatchObject({ error: 'BAD_MESSAGE' })
  })
})
