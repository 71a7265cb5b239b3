import { implement, serveChild } from '../../../main/core/processes/child-frame.ts'
import { trainerContract } from '../../../common/children/trainer.ts'
import { HearthError } from '../../../common/errors/index.ts'
import type { LogEntry } from '../../../common/model/training.ts'
import { trainerRouter } from '../router.ts'
import type { Plan } from '../executor/executor.ts'
import { trainRun, type TrainResult } from '../service.ts'
import { cheat, cheats, type Cheat } from './cheat.ts'

/** An engine that trains honestly, then puts something else in place of it before anybody looks; or keeps its proof to itself. */
const kind = process.argv[2] as Cheat | 'withholds the proof'
if (kind !== 'withholds the proof' && !cheats.includes(kind)) throw new Error(`no such cheat: ${kind}`)

const os = implement(trainerContract)
const compute = { spin: false, breathe: () => Promise.resolve() }

async function* train({ folder, base, plan, until }: { folder: string; base: string; plan: Plan | null; until: number | null }): AsyncGenerator<LogEntry, TrainResult> {
  const result = yield* trainRun(folder, base, compute, plan, until)
  if (kind !== 'withholds the proof') await cheat(folder, base, compute, kind)
  return result
}

serveChild(
  os.router({
    ...trainerRouter,
    train: os.train.handler(({ input }) => train(input)),
    bundle: kind === 'withholds the proof' ? os.bundle.handler(() => Promise.reject(new HearthError('ABORTED', 'withheld'))) : trainerRouter.bundle,
  }),
)
