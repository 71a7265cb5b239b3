import type { Foundation, Module } from '../../../core/module.ts'
import type { ModelService } from '../../avatar/models/index.ts'
import type { MachineService } from '../../machine/hardware/index.ts'
import type { TrainingService } from '../runs/index.ts'
import { trialHandlers } from './handlers.ts'
import { CheckpointSamples } from './checkpoint-samples.ts'
import { TrialEngine } from './trial-engine.ts'
import { TrialModelFiles } from './trial-models.ts'
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
  const { trainer, chatEngine: llm } = processes
  const files = new TrialModelFiles({ jobs: runner, training, trainer, folder: paths.trials })
  const engine = new TrialEngine({ llm, config, threads: () => machine.threads() })
  const trials = new TrialService({ training, files, engine, trainer, models, config, paths, log })
  const samples = new CheckpointSamples({ training, files, engine, log: log.child('trial') })
  return {
    services: { trials },
    start: [trials, samples],
    api: { trial: trialHandlers({ trials, samples }) },
  } satisfies Module
}
