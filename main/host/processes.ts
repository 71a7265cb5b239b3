import { existsSync, mkdirSync } from 'node:fs'
import { totalmem } from 'node:os'
import type { Foundation } from '../core/module.ts'
import type { Processes } from '../core/processes/processes.ts'
import type { SandboxPolicy } from '../core/processes/sandbox.ts'
import type { Spawner } from '../core/processes/spawner.ts'
import { SupervisedProcess } from '../core/processes/supervised.ts'
import { basePaths } from '../features/training/runs/index.ts'

/** Nets of orders are small; an engine that holds more than this has gone wrong. */
const EXACT_INFERENCE_MEMORY = 4 * 2 ** 30
/** A batch of rows takes seconds, a known-answer test less than a minute on any machine. */
const EXACT_INFERENCE_SILENCE_MS = 5 * 60_000
/** Share of the machine's memory that a stranger's training may hold. */
const TRAINING_MEMORY = 0.8
/** Longer than a step of anything that fits, and than the segments that a juror executes again. */
const TRAINING_SILENCE_MS = 60 * 60_000

/** The host's child processes; each is started by its first call. */
export function createProcesses({
  clock,
  db,
  isolation,
  log,
  paths,
  spawner,
}: Omit<Foundation, 'processes'> & { readonly spawner: Spawner }): Processes {
  /** Strangers' work runs in the sandbox where that has proven itself; folders are made before they are shown to it. */
  const policyFor =
    (write: readonly string[], read: () => readonly string[] = () => []) =>
    (): SandboxPolicy | null => {
      if (isolation.tier !== 'sandbox') return null
      for (const folder of write) mkdirSync(folder, { recursive: true, mode: 0o700 })
      return { write, read: read().filter((path) => existsSync(path)) }
    }
  const ports = { spawner, clock, log }
  return {
    vault: new SupervisedProcess({ name: 'vault', ...ports }),
    drill: new SupervisedProcess({
      name: 'drill',
      policy: policyFor([paths.serving, paths.benchmark]),
      limits: { memoryBytes: EXACT_INFERENCE_MEMORY, silenceMs: EXACT_INFERENCE_SILENCE_MS },
      ...ports,
    }),
    checker: new SupervisedProcess({ name: 'drill', ...ports }),
    peer: new SupervisedProcess({ name: 'peer', ...ports }),
    storage: new SupervisedProcess({ name: 'storage', ...ports }),
    curation: new SupervisedProcess({ name: 'curation', ...ports }),
    memories: new SupervisedProcess({ name: 'memory', ...ports }),
    embedder: new SupervisedProcess({ name: 'embedder', ...ports }),
    telemetry: new SupervisedProcess({ name: 'telemetry', ...ports }),
    llm: new SupervisedProcess({ name: 'llm', ...ports }),
    chatEngine: new SupervisedProcess({ name: 'llm', ...ports }),
    trainer: new SupervisedProcess({ name: 'trainer', ...ports }),
    jobTrainer: new SupervisedProcess({
      name: 'trainer',
      policy: policyFor([paths.jobs, paths.shelf], () => basePaths(db)),
      limits: { memoryBytes: totalmem() * TRAINING_MEMORY, silenceMs: TRAINING_SILENCE_MS },
      ...ports,
    }),
  }
}
