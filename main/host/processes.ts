import type { Foundation } from '../core/module.ts'
import { confinementOf, foldersOf, limitsOf } from '../core/processes/confinement.ts'
import type { Processes } from '../core/processes/processes.ts'
import type { Spawner } from '../core/processes/spawner.ts'
import { SupervisedProcess } from '../core/processes/supervised.ts'
import type { ConfinedName } from '../core/processes/table.ts'
import { basePaths } from '../features/training/runs/index.ts'
import { sandboxOf, type WorkSandbox } from '../work/index.ts'
import { exactInferenceSandbox } from '../work/kinds/exact-inference/index.ts'
import { trainingSandbox } from '../work/kinds/training/index.ts'

/** The host's child processes; each is started by its first call. */
export function createProcesses({
  clock,
  db,
  isolation,
  log,
  paths,
  spawner,
}: Omit<Foundation, 'processes'> & { readonly spawner: Spawner }): Processes {
  const ports = { spawner, clock, log }
  const resources = { 'base-models': () => basePaths(db) }
  const confined = (name: ConfinedName, sandbox: WorkSandbox, work = foldersOf(name, paths)) => ({
    name,
    ...ports,
    ...confinementOf(sandboxOf(sandbox, { work, resources }), isolation.tier === 'sandbox'),
  })
  const only = (...write: readonly string[]) => ({ write, read: [] })
  /** What reads what strangers made, for the owner. */
  const reader = (name: ConfinedName, work = foldersOf(name, paths)) =>
    confined(name, { network: false, ...limitsOf(name), reads: [] }, work)
  return {
    vault: new SupervisedProcess({ name: 'vault', ...ports }),
    exactInference: new SupervisedProcess(confined('exact-inference', exactInferenceSandbox)),
    checker: new SupervisedProcess(
      confined('exact-inference', exactInferenceSandbox, only(paths.work, paths.buying, paths.serving)),
    ),
    peer: new SupervisedProcess({ name: 'peer', ...ports }),
    storage: new SupervisedProcess({ name: 'storage', ...ports }),
    curation: new SupervisedProcess(reader('curation')),
    memory: new SupervisedProcess(reader('memory')),
    embedder: new SupervisedProcess({ name: 'embedder', ...ports }),
    partner: new SupervisedProcess({ name: 'partner', ...ports }),
    telemetry: new SupervisedProcess({ name: 'telemetry', ...ports }),
    llm: new SupervisedProcess(reader('llm', only(paths.benchmark))),
    chatEngine: new SupervisedProcess(reader('llm')),
    trainer: new SupervisedProcess({ name: 'trainer', ...ports }),
    jobTrainer: new SupervisedProcess(confined('trainer', trainingSandbox)),
    proofChecker: new SupervisedProcess(confined('trainer', trainingSandbox, only(paths.training))),
  }
}
