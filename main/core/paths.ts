import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where everything of one data folder lives. */
export function dataPaths(root: string) {
  return {
    root,
    database: join(root, 'hearth.db'),
    backup: join(root, 'hearth.backup.db'),
    lock: join(root, 'lock.db'),
    config: join(root, 'config.json'),
    keystore: join(root, 'keystore.json'),
    hostInfo: join(root, 'host.json'),
    /** Where the running host listens for command lines. */
    hostSocket: join(root, 'socket.json'),
    logs: join(root, 'logs'),
    /** What the desktop app’s window keeps of its own, and its lock on one instance. */
    window: join(root, 'window'),
    peer: join(root, 'peer'),
    practice: join(root, 'practice'),
    /** One folder an order served here, one an order placed here. */
    serving: join(root, 'serving'),
    buying: join(root, 'buying'),
    /** Work that was prepared and not ordered yet, by its hash. */
    work: join(root, 'work'),
    benchmark: join(root, 'benchmark'),
    /** One folder a training run; files that a window sent to train on. */
    training: join(root, 'training'),
    /** Models of runs as llama.cpp reads them, for trying them; all of it can be made again. */
    trials: join(root, 'trials'),
    uploads: join(root, 'uploads'),
    tables: join(root, 'tables'),
    /** One folder a training job that this machine does for somebody. */
    jobs: join(root, 'jobs'),
    /** The data node: its blocks, its identity, what is kept. */
    storage: join(root, 'storage'),
    /** Datasets that were sealed here, each with its key file beside it. */
    sealed: join(root, 'sealed'),
    /**
     * One folder a dataset that is curated here, a release that is not on the market yet, a purchase, and what was
     * bought.
     */
    datasets: join(root, 'datasets'),
    collections: join(root, 'collections'),
    releases: join(root, 'releases'),
    purchases: join(root, 'purchases'),
    library: join(root, 'library'),
    /** What the person remembers. */
    avatar: join(root, 'avatar'),
    memory: join(root, 'avatar', 'memory.db'),
    /** What programs of this machine show to be answered. */
    apiToken: join(root, 'api-token'),
    /** Models that avatars speak with, and states of prompts. */
    models: join(root, 'models'),
    states: join(root, 'models', 'states'),
    /** Styles out of the memory, where the engine reads them. */
    adapters: join(root, 'models', 'styles'),
    /** The model by which memories are found. */
    embedder: join(root, 'embedder'),
    /** One folder a style that is being learnt. */
    styles: join(root, 'styles'),
    /** Sealed files on their way between two parties, by their hash. */
    shelf: join(root, 'shelf'),
  } as const
}
export type DataPaths = ReturnType<typeof dataPaths>

/** The platform's usual place for application data. */
export function defaultDataRoot(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  if (env.HEARTH_DATA_DIR) return env.HEARTH_DATA_DIR
  if (platform === 'win32') return join(env.APPDATA ?? join(homedir(), 'AppData', 'Roaming'), 'Hearth')
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Hearth')
  return join(env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'hearth')
}
