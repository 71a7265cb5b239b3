import type { Foundation, Module } from '../../core/module.ts'
import type { Power } from '../../core/ports.ts'
import { wattsOf } from '../earning/profit/index.ts'
import type { PeerService } from '../peers/index.ts'
import { machineHandlers } from './handlers.ts'
import { DocumentStore, MachineService } from './hardware/index.ts'
import { machineAnswers, machineRoute } from './hardware/machine-route.ts'
import { IdlePolicyService, TelemetryFeed } from './idle-policy/index.ts'

/** The owner's machine: what it has and can do, what it does now, and when its owner lets it work. */
export function machineModule({
  clock,
  config,
  db,
  isolation,
  log,
  paths,
  peers,
  power,
  processes,
}: Foundation & { readonly peers: PeerService; readonly power: Power }) {
  const { exactInference, jobTrainer, llm, telemetry } = processes
  const feed = new TelemetryFeed({ process: telemetry, config, power, log })
  const documents = new DocumentStore(db)
  const machine = new MachineService({
    exactInference,
    trainer: jobTrainer,
    llm,
    telemetry,
    db,
    documents,
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
  peers.openRoute(
    machineRoute,
    machineAnswers((spec) => machine.documentOf(spec)),
  )
  const comfort = new IdlePolicyService({ feed, config })
  return {
    services: { machine, documents, feed, comfort },
    start: [machine, feed, comfort],
    api: { machine: machineHandlers({ feed, comfort, config, isolation }) },
  } satisfies Module
}
