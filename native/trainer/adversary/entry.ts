import { implement, serveChild } from '../../../main/core/processes/child-frame.ts'
import { trainerContract, type Verdict } from '../../../common/children/trainer.ts'
import { HearthError } from '../../../common/errors/index.ts'
import type { LogEntry } from '../../../common/model/training.ts'
import type { Plan } from '../executor/executor.ts'
import { trainerRouter } from '../router.ts'
import { trainRun, verify, type TrainResult } from '../service.ts'
import { cheat, cheats, type Cheat } from './cheat.ts'

/** Dishonesty beyond training: a provider withholds its proof or defends a lie, a customer accuses falsely. */
const others = ['withholds the proof', 'defends a lie', 'accuses falsely'] as const
type Kind = Cheat | (typeof others)[number]

const kind = process.argv[2] as Kind
if (![...cheats, ...others].includes(kind)) throw new Error(`no such cheat: ${kind}`)
const cheatOf: Readonly<Partial<Record<Kind, Cheat>>> = { 'defends a lie': 'another adapter' }

const os = implement(trainerContract)
const compute = { spin: false, yieldToEventLoop: () => Promise.resolve() }

/** Trains honestly, then replaces the result. */
async function* train({
  folder,
  base,
  plan,
  until,
}: {
  folder: string
  base: string
  plan: Plan | null
  until: number | null
}): AsyncGenerator<LogEntry, TrainResult> {
  const result = yield* trainRun(folder, base, compute, plan, until)
  const played = cheatOf[kind] ?? cheats.find((item) => item === kind)
  if (played) await cheat(folder, base, compute, played)
  return result
}

const lied = (verdict: Verdict): Verdict =>
  kind === 'defends a lie'
    ? { ...verdict, passed: true, failure: null }
    : { ...verdict, passed: false, failure: { check: 'segment', why: 'it is wrong because I say so' } }

serveChild(
  os.router({
    ...trainerRouter,
    train: os.train.handler(({ input }) => train(input)),
    bundle:
      kind === 'withholds the proof'
        ? os.bundle.handler(() => Promise.reject(new HearthError('ABORTED', 'withheld')))
        : trainerRouter.bundle,
    verify:
      kind === 'defends a lie' || kind === 'accuses falsely'
        ? os.verify.handler(async ({ input }) =>
            lied(await verify(input.bundle, input.base, input.data, compute, input.expected)),
          )
        : trainerRouter.verify,
  }),
)
