import type { Foundation, Module } from '../../core/module.ts'
import type { Power } from '../../core/ports.ts'
import { wattsOf } from '../earning/profit/index.ts'
import { machineHandlers } from './handlers.ts'
import { MachineService } from './hardware/index.ts'
import { IdlePolicyService, TelemetryFeed } from './idle-policy/index.ts'

/** The owner's machine: what it has and can do, what it does now, and when its owner lets it work. */
export function machineModule({
  clock,
  config,
  db,
  isolation,
  log,
  paths,
  power,
  processes,
}: Foundation & { readonly power: Power }) {
  const { exactInference, jobTrainer, llm, telemetry } = processes
  const feed = new TelemetryFeed({ process: telemetry, config, power, log })
  const machine = new MachineService({
    exactInference,
    trainer: jobTrainer,
    llm,
    telemetry,
    db,
    clock,
    config,
    folder: paths.benchmark,
    isolation: isolation.tier,
    log,
    onWatts: (listener) => {
      const heard = feed.events.on('sample', (sample) => {
        const drawn = wattsOf(sample, { baseWatts: 0, assumedWatts: null })
        if (drawn?.measured) listener(drawn.watts)
      })
      const letGo = feed.follow()
      return () => (heard(), letGo())
    },
  })
  const comfort = new IdlePolicyService({ feed, config })
  return {
    services: { machine, feed, comfort },
    start: [machine, feed, comfort],
    api: { machine: machineHandlers({ feed, comfort, config, isolation }) },
  } satisfies Module
}
