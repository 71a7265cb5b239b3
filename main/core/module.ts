import type { IsolationReport } from '../../common/model/isolation.ts'
import type { Clock } from './clock.ts'
import type { ConfigStore } from './config.ts'
import type { Db } from './db/open.ts'
import type { JobRunner } from './job-runner/index.ts'
import type { JobStore } from './jobs.ts'
import type { Service } from './lifecycle.ts'
import type { Log } from './log/log.ts'
import type { DataPaths } from './paths.ts'
import type { Processes } from './processes/processes.ts'

/** What every feature stands on. */
export interface Foundation {
  readonly clock: Clock
  readonly config: ConfigStore
  readonly db: Db
  readonly jobs: JobStore
  /** Runs what a person started and may watch, pause and cancel. */
  readonly runner: JobRunner
  readonly log: Log
  readonly paths: DataPaths
  readonly isolation: IsolationReport
  readonly processes: Processes
}

/**
 * What a feature gives the host. Its module is a function from what it needs to this, so that a feature can only use
 * what was made before it; what comes later is reached by events.
 */
export interface Module {
  /** For the features after it, by name. */
  readonly services: object
  /** What has a life, in the order in which it starts. */
  readonly start: readonly Service[]
  /** Its part of the API: handlers by the contract's names. */
  readonly api: object
}
