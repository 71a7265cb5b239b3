import { existsSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Api } from '../../../common/api/index.ts'
import { jobIsOver } from '../../../common/model/training-job.ts'
import { HearthError } from '../../../common/errors/index.ts'
import { appPath } from '../../core/resources.ts'
import { Rpc } from '../../features/chain/index.ts'
import { act, until } from '../../cli/act.ts'
import { jobWords } from '../../cli/in-words.ts'
import { say } from '../../cli/output.ts'
import { Cast, coinsOf, goOnline, type Party } from './cast.ts'
import { hired, newRun, openJob, over, warp } from './jobs.ts'

export interface TrainingDemoOptions {
  readonly honestOnly: boolean
  /** Where the data folders go; null for a temporary place that is removed. */
  readonly folder: string | null
}

const PRICE = 10n ** 16n
const PATIENCE_MS = 600_000
/** Kept out of packages, where there is no need to cheat. */
const DISHONEST = appPath('main', 'headless', 'demo', 'dishonest-provider.ts')

/** Each cheat, and how the job must end. */
const cheats = [
  'skips a step',
  'half precision',
  'learning rate off by 1 %',
  'other batches',
  'another adapter',
  'better losses',
  'another start',
  'withholds the proof',
] as const

/**
 * A training job between strangers, with an engine that is killed in the middle; then every way to cheat that this
 * project knows, on either side. Hosts are processes of their own; everything goes through the calls that a window
 * makes.
 */
export async function runTrainingDemo(options: TrainingDemoOptions): Promise<Record<string, unknown>> {
  const begun = performance.now()
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'hearth-demo-')))
  await using cast = new Cast(folder, options.folder !== null)
  say('starting a practice network, a provider and a customer …')
  const rpcUrl = await cast.chain()
  const [provider, customer] = await Promise.all([cast.party('provider'), cast.party('customer')])
  await goOnline(provider.api, customer.api, PRICE)
  const honest = await honestJob(provider, customer)
  const caught: Record<string, unknown> = {}
  let asItShouldBe = honest.asItShouldBe
  if (!options.honestOnly) {
    if (!existsSync(DISHONEST))
      throw new HearthError('NOT_FOUND', 'the cheats are shown from a checkout; use --honest here')
    await provider.api.earn.stop({})
    const neighbour = await cast.party('neighbour')
    await goOnline(neighbour.api, customer.api, PRICE)
    await neighbour.api.earn.stop({})
    for (const { api } of [provider, neighbour])
      await act(api, { kind: 'enrolJuror', machine: (await api.jobs.juror({})).machine! })
    const stage = {
      cast,
      customer,
      jurors: [provider, neighbour],
      rpc: new Rpc(rpcUrl),
      run: await newRun(customer.api, 24),
    }
    for (const [name, play] of plays(stage)) {
      say(`a job that goes wrong: ${name} …`)
      const outcome = await play()
      say(`  ${outcome.caughtBy}: ${outcome.why}`)
      caught[name] = outcome
      asItShouldBe &&= outcome.right
    }
  }
  return {
    network: { rpcUrl, chainId: 31_337 },
    ...honest,
    cheats: caught,
    asItShouldBe,
    seconds: Math.round((performance.now() - begun) / 100) / 10,
  }
}

async function honestJob(provider: Party, customer: Party) {
  const before = { provider: await coinsOf(provider.api), customer: await coinsOf(customer.api) }
  say('preparing the letters and asking machines …')
  const run = await newRun(customer.api, null)
  const opened = await openJob(customer.api, run)
  say(`job ${opened.id}: ${opened.milestones} milestones; the data travels sealed …`)
  await until(
    'half of the training',
    async () =>
      (await hired(customer.api, opened.id)).own!.step >
      (await customer.api.training.run({ id: run })).recipe!.steps / 3,
    PATIENCE_MS,
  )
  const { children } = await provider.api.system.health({})
  say(`killing the engine (process ${children.jobTrainer}) …`)
  process.kill(children.jobTrainer!, 'SIGKILL')
  const closed = await until(
    'the end of the job',
    async () => {
      const job = await hired(customer.api, opened.id)
      return job.own?.state === 'closed' && job
    },
    PATIENCE_MS,
  )
  const { run: row } = await customer.api.training.run({ id: run })
  const adapter = await customer.api.training.adapterFiles({ id: run })
  const ledger = await until('the provider’s view', async () =>
    (await provider.api.jobs.provided({})).find((item) => item.job.id === opened.id && item.state === 'closed'),
  )
  const after = { provider: await coinsOf(provider.api), customer: await coinsOf(customer.api) }
  const paid = closed.job.price * BigInt(closed.job.done)
  const verdicts = closed.own!.verdicts
  const again = verdicts.reduce((sum, { stepsAgain }) => sum + stepsAgain, 0)
  const conserved =
    before.provider + before.customer === after.provider + after.customer && after.provider - before.provider === paid
  return {
    job: opened.id,
    state: closed.job.state,
    transactions: closed.job.transactions,
    sealedBytes: closed.own!.bytes,
    steps: row.steps,
    stepsExecutedAgain: again,
    reExecutionShare: again / row.steps!,
    sameBits: verdicts.every(({ segments }) => segments.every(({ exact }) => exact)),
    basePerplexity: Math.exp(row.baseLoss!),
    heldOutPerplexity: Math.exp(row.heldOutLoss!),
    adapter,
    paid,
    balances: { before, after },
    conserved,
    asItShouldBe:
      closed.job.state === 'passed' &&
      ledger.job.done === closed.job.milestones &&
      conserved &&
      adapter.length > 0 &&
      row.state === 'finished' &&
      row.heldOutLoss! < row.baseLoss! &&
      verdicts.every(({ passed }) => passed),
  }
}

interface Stage {
  readonly cast: Cast
  customer: Party
  /** Owners of machines that take no jobs here, and may be drawn to judge those of others. */
  readonly jurors: readonly Party[]
  readonly rpc: Rpc
  readonly run: string
}
interface Outcome {
  readonly caughtBy: string
  readonly why: string
  readonly state: string
  readonly right: boolean
}

function* plays(stage: Stage): Generator<readonly [string, () => Promise<Outcome>]> {
  let cheater: Party | undefined
  for (const kind of cheats) {
    yield [
      kind,
      async () => {
        const extra = ['--cheat', kind]
        if (cheater) {
          cheater = await restart(stage, cheater, extra)
        } else {
          cheater = await stage.cast.party('cheater', DISHONEST, extra)
          await goOnline(cheater.api, stage.customer.api, PRICE)
        }
        return caught(stage, kind === 'withholds the proof')
      },
    ]
  }
  yield [
    'a lie that is defended',
    async () => {
      cheater = await restart(stage, cheater!, ['--cheat', 'defends a lie'])
      return judged(stage, stage.customer.api, stage.run, 'slashed')
    },
  ]
  yield [
    'a false accusation',
    async () => {
      cheater = await restart(stage, cheater!)
      const accuser = await stage.cast.party('accuser', DISHONEST, ['--cheat', 'accuses falsely'])
      await online(cheater.api, accuser.api)
      const before = await coinsOf(cheater.api)
      const outcome = await judged(stage, accuser.api, await newRun(accuser.api, 24), 'ended')
      await until('the coins', async () => (await coinsOf(cheater!.api)) > before)
      return outcome
    },
  ]
  yield [
    'silence',
    async () => {
      cheater = await restart(stage, cheater!)
      return silent(stage, cheater)
    },
  ]
  yield [
    'a customer that never verifies',
    async () => {
      cheater = await restart(stage, cheater!)
      return unverified(stage, cheater)
    },
  ]
}

/** A cheating provider: challenged by the customer's machine, not defended, slashed. */
async function caught({ customer: { api }, rpc, run }: Stage, withholds: boolean): Promise<Outcome> {
  const { id, stake } = await openJob(api, run)
  const before = await coinsOf(api)
  await until(
    'the proof or its absence',
    async () => {
      const { job } = await hired(api, id)
      // Nobody waits a day in a demo: the clock is set to the last hour in which the customer can challenge.
      if (withholds && job.state === 'sampled') await warp(rpc, job.deadline! - 3_000)
      return job.state === 'challenged'
    },
    PATIENCE_MS,
  )
  const challenged = await hired(api, id)
  await warp(rpc, challenged.job.deadline! + 1)
  const { job, own } = await over(api, id)
  const failure = own!.verdicts.at(-1)?.failure ?? {
    check: 'withheld',
    why: challenged.own!.reason ? jobWords(challenged.own!.reason) : 'the proof did not come',
  }
  await until('the coins', async () => (await coinsOf(api)) > before)
  const gained = (await coinsOf(api)) - before
  // Escrow and bond are back, and the whole stake on top; before was measured with the escrow held.
  return {
    caughtBy: failure.check,
    why: failure.why,
    state: job.state,
    right: job.state === 'slashed' && gained === 2n * stake,
  }
}

/** A challenge that is defended: machines that are no party execute the segments again, vote under seal, and decide. */
async function judged({ rpc, jurors }: Stage, api: Api, run: string, wanted: 'slashed' | 'ended'): Promise<Outcome> {
  const { id } = await openJob(api, run)
  await until(
    'the verdict',
    async () => {
      const { job, dispute } = await hired(api, id)
      // Nobody waits a day in a demo: the clock is set behind the time to appeal.
      if (dispute?.dispute.state === 'ruled') await warp(rpc, dispute.dispute.deadline! + 1)
      return jobIsOver(job.state) || job.done > 0
    },
    PATIENCE_MS,
  )
  const { job } = await over(api, id)
  const verdicts = await Promise.all(
    jurors.map(async (juror) => (await juror.api.jobs.jury({})).find((duty) => duty.job.id === id)?.guilty),
  )
  const guilty = wanted === 'slashed'
  return {
    caughtBy: 'jury',
    why:
      `${verdicts.length} jurors executed the segments again: ` +
      `${guilty ? 'guilty' : 'innocent; the milestone is paid and the accuser’s bond is lost'}`,
    state: job.state,
    right: job.state === wanted && verdicts.every((vote) => vote === guilty) && job.done === (guilty ? 0 : 1),
  }
}

async function restart({ cast, customer }: Stage, cheater: Party, extra: readonly string[] = []): Promise<Party> {
  await cheater.end('SIGTERM')
  const again = await (extra.length ? cast.start('cheater', DISHONEST, extra) : cast.start('cheater'))
  await online(again.api, customer.api)
  return again
}

async function silent({ customer: { api }, rpc, run }: Stage, provider: Party): Promise<Outcome> {
  const { id, price, stake } = await openJob(api, run)
  const before = await coinsOf(api)
  await until('the acceptance', async () => (await hired(api, id)).job.state === 'active')
  await provider.end('SIGKILL')
  await warp(rpc, (await hired(api, id)).job.deadline! + 1)
  const { job } = await over(api, id)
  const gained = (await coinsOf(api)) - before
  return {
    caughtBy: 'deadline',
    why: 'the milestone was not reached in time; the customer has its escrow and a milestone’s price of the stake',
    state: job.state,
    right: job.state === 'ended' && gained === stake + price,
  }
}

async function unverified(stage: Stage, provider: Party): Promise<Outcome> {
  const { id, price, milestones } = await openJob(stage.customer.api, stage.run)
  await until(
    'the sample',
    async () => ['committed', 'sampled'].includes((await hired(stage.customer.api, id)).job.state),
    PATIENCE_MS,
  )
  await stage.customer.end('SIGKILL')
  const job = await until(
    'the last milestone',
    async () => {
      const { job: row } = (await provider.api.jobs.provided({})).find((item) => item.job.id === id)!
      if (row.state === 'sampled') await warp(stage.rpc, row.deadline! + 1)
      return jobIsOver(row.state) && row
    },
    PATIENCE_MS,
  )
  const earned = (await provider.api.earn.payments({}))
    .filter((row) => row.kind === 'job' && row.id === id)
    .reduce((sum, { paid }) => sum + paid, 0n)
  stage.customer = await stage.cast.start('customer')
  const late = await until(
    'the result, which the provider kept',
    async () => {
      const { own } = await hired(stage.customer.api, id)
      return own?.state === 'closed' && (await stage.customer.api.training.run({ id: stage.run })).run.state
    },
    PATIENCE_MS,
  )
  return {
    caughtBy: 'clock',
    why: 'a silent customer pays a day after each sample; the result waits for it',
    state: job.state,
    right: job.state === 'passed' && earned === price * BigInt(milestones) && late === 'finished',
  }
}

/** A machine that was started again is reachable once it has announced where. */
async function online(provider: Api, customer: Api): Promise<void> {
  await provider.earn.start({})
  const { addresses } = (await until('the peer', async () => (await provider.system.overview({})).peer))!
  await until('the announcement', async () =>
    (await customer.market.offers({})).find((offer) =>
      offer.machine.addresses.some((address) => addresses.includes(address)),
    ),
  )
}
