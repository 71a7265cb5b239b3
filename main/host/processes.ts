import type { Foundation } from '../core/module.ts'
import { confinementOf, foldersOf } from '../core/processes/confinement.ts'
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
  const confined = (name: ConfinedName, sandbox: WorkSandbox) => ({
    name,
    ...ports,
    ...confinementOf(sandboxOf(sandbox, { work: foldersOf(name, paths), resources }), isolation.tier === 'sandbox'),
  })
  return {
    vault: new SupervisedProcess({ name: 'vault', ...ports }),
    exactInference: new SupervisedProcess(confined('exact-inference', exactInferenceSandbox)),
    checker: new SupervisedProcess({ name: 'exact-inference', ...ports }),
    peer: new SupervisedProcess({ name: 'peer', ...ports }),
    storage: new SupervisedProcess({ name: 'storage', ...ports }),
    curation: new SupervisedProcess({ name: 'curation', ...ports }),
    memory: new SupervisedProcess({ name: 'memory', ...ports }),
    embedder: new SupervisedProcess({ name: 'embedder', ...ports }),
    telemetry: new SupervisedProcess({ name: 'telemetry', ...ports }),
    llm: new SupervisedProcess({ name: 'llm', ...ports }),
    chatEngine: new SupervisedProcess({ name: 'llm', ...ports }),
    trainer: new SupervisedProcess({ name: 'trainer', ...ports }),
    jobTrainer: new SupervisedProcess(confined('trainer', trainingSandbox)),
  }
}
