import type { Foundation, Module } from '../../core/module.ts'
import type { MachineService } from '../machine/hardware/index.ts'
import type { Uploads } from '../uploads/index.ts'
import type { WalletService } from '../wallet/index.ts'
import { trainingHandlers } from './runs/handlers.ts'
import { proofsHandlers } from './proofs/handlers.ts'
import { ProofService } from './proofs/proof-service.ts'
import { AdapterStore, basePaths, BaseStore, TrainingService } from './runs/index.ts'
import { tablesHandlers } from './tables/handlers.ts'
import { TableService } from './tables/index.ts'

/** Training on this machine for its owner: adapters of language models, and models of tables. */
export function trainingModule({
  clock,
  db,
  isolation,
  log,
  machine,
  paths,
  processes,
  runner,
  uploads,
  wallet,
}: Foundation & {
  readonly machine: MachineService
  readonly uploads: Uploads
  readonly wallet: WalletService
}) {
  const { jobTrainer, proofChecker, trainer } = processes
  const threads = (): number => machine.threads()
  const bases = new BaseStore(db, (base) => trainer.client.inspect({ base }))
  bases.events.on('added', () => {
    // The sandbox shows what was known when the engine started; a job goes on from its checkpoint.
    if (isolation.tier === 'sandbox') void Promise.all([jobTrainer.restart(), proofChecker.restart()])
  })
  const training = new TrainingService({ jobs: runner, db, clock, trainer, paths, threads, log })
  const adapters = new AdapterStore(db, training.runs, (adapter) => trainer.client.inspectAdapter({ adapter }))
  const tables = new TableService({ db, clock, engine: trainer, paths, threads })
  const proofs = new ProofService({
    jobs: runner,
    training,
    bases,
    checker: proofChecker,
    basePaths: () => basePaths(db),
    paths,
  })
  uploads.usedBy(async () => proofs.files)
  uploads.usedBy(async () => training.runs.list().flatMap(({ request }) => request.files))
  return {
    services: { training, bases, adapters, tables },
    start: [training],
    api: {
      training: trainingHandlers({ training, uploads, bases, adapters, wallet }),
      proofs: proofsHandlers({ proofs }),
      tables: tablesHandlers({ tables }),
    },
  } satisfies Module
}
