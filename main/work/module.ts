import type { Foundation, Module } from '../core/module.ts'
import { BlobStore } from '../features/file-transfer/index.ts'
import type { MachineService } from '../features/machine/hardware/index.ts'
import type { BaseStore } from '../features/training/runs/index.ts'
import { exactInference } from './kinds/exact-inference/index.ts'
import { training } from './kinds/training/index.ts'
import { createWorkRegistry } from './registry.ts'

/** The kinds of work that this version knows. */
export function workModule({
  bases,
  config,
  machine,
  paths,
  processes,
}: Foundation & { readonly bases: BaseStore; readonly machine: MachineService }) {
  const { checker, jobTrainer, proofChecker } = processes
  const blobs = new BlobStore(paths.shelf)
  const inferenceKind = exactInference({
    process: processes.exactInference,
    checker,
    config,
    threads: () => machine.threads(),
  })
  const trainingKind = training({
    process: jobTrainer,
    checker: proofChecker,
    blobs,
    folder: paths.jobs,
    baseOf: (hash) => bases.pathOf(hash),
  })
  const kinds = createWorkRegistry([inferenceKind, trainingKind])
  return { services: { blobs, trainingKind, kinds }, start: [], api: {} } satisfies Module
}
