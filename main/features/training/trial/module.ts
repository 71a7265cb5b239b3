import type { Foundation, Module } from '../../../core/module.ts'
import type { ModelService } from '../../avatar/models/index.ts'
import type { MachineService } from '../../machine/hardware/index.ts'
import type { TrainingService } from '../runs/index.ts'
import { trialHandlers } from './handlers.ts'
import { TrialService } from './trial-service.ts'

/** What training made, tried and taken into conversations. */
export function trialModule({
  config,
  log,
  machine,
  models,
  paths,
  processes,
  runner,
  training,
}: Foundation & {
  readonly machine: MachineService
  readonly models: ModelService
  readonly training: TrainingService
}) {
  const trials = new TrialService({
    jobs: runner,
    training,
    trainer: processes.trainer,
    llm: processes.chatEngine,
    models,
    config,
    paths,
    threads: () => machine.threads(),
    log,
  })
  return { services: { trials }, start: [trials], api: { trial: trialHandlers({ trials }) } } satisfies Module
}
