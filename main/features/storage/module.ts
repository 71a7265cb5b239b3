import type { Foundation, Module } from '../../core/module.ts'
import type { TelemetryFeed } from '../machine/idle-policy/index.ts'
import { DataNodeService } from './data-node-service.ts'

/** The data node, which gives files to others and fetches theirs. */
export function storageModule({
  clock,
  config,
  feed,
  log,
  paths,
  processes,
}: Foundation & { readonly feed: TelemetryFeed }) {
  const dataNode = new DataNodeService({
    process: processes.storage,
    config,
    folder: paths.storage,
    clock,
    metered: () => feed.latest?.network.metered.value === true,
    log,
  })
  return { services: { dataNode }, start: [dataNode], api: {} } satisfies Module
}
