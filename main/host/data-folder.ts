import type { Clock } from '../core/clock.ts'
import { ConfigStore } from '../core/config.ts'
import { lockDataFolder } from '../core/db/lock.ts'
import { openDatabase } from '../core/db/open.ts'
import type { FeatureTables } from '../core/db/owned-tables.ts'
import { JobRunner } from '../core/job-runner/index.ts'
import { JobStore } from '../core/jobs.ts'
import { createFileSink } from '../core/log/file-sink.ts'
import { Log } from '../core/log/log.ts'
import type { Foundation } from '../core/module.ts'
import { dataPaths } from '../core/paths.ts'
import { keepFilesPrivate } from '../core/private-files.ts'
import { machineTables } from '../features/machine/hardware/index.ts'

/** Each feature that came after `core/db/migrations.ts` was closed declares its tables in its own folder. */
const featureTables: readonly FeatureTables[] = [machineTables]

interface DataFolder extends Omit<Foundation, 'isolation' | 'processes'> {
  /** Lets another host use the folder. */
  readonly close: () => Promise<void>
}

/**
 * Opens a data folder for one host alone, making it where there is none.
 * @throws HearthError DATA_IN_USE, DATABASE_CORRUPT or SETTINGS_DAMAGED
 */
export async function openDataFolder(root: string, clock: Clock): Promise<DataFolder> {
  const paths = dataPaths(root)
  keepFilesPrivate()
  const unlock = lockDataFolder(paths.lock)
  const file = createFileSink(paths.logs)
  const log = new Log(file.sink)
  // First of all: a folder that a newer Hearth wrote is refused with its settings as they are.
  const db = await openDatabase(paths.database, paths.backup, log, featureTables)
  const config = ConfigStore.open(paths.config)
  const close = async (): Promise<void> => {
    db.close()
    unlock()
    await file.close()
  }
  const jobs = new JobStore(db, clock)
  const runner = new JobRunner({ db, clock, log })
  return { clock, config, db, jobs, runner, log, paths, close }
}
