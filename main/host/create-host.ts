import { createRouter } from '../api/router.ts'
import { systemClock, type Clock } from '../core/clock.ts'
import { FolderGuard } from '../core/folder-guard.ts'
import { Lifecycle, type Service } from '../core/lifecycle.ts'
import type { Foundation } from '../core/module.ts'
import type { Notifier, Power, Secrets, ShowFile } from '../core/ports.ts'
import { proveIsolation } from '../core/processes/isolation.ts'
import type { Spawner } from '../core/processes/spawner.ts'
import { WakeWatch } from '../core/wake.ts'
import { avatarModule } from '../features/avatar/module.ts'
import { styleModule } from '../features/avatar/style/module.ts'
import { trialModule } from '../features/training/trial/module.ts'
import { explorerModule } from '../features/chain/explorer-module.ts'
import { openNetwork } from '../features/chain/index.ts'
import { chainModule } from '../features/chain/module.ts'
import { curationModule } from '../features/curation/module.ts'
import { earningModule } from '../features/earning/module.ts'
import { machineModule } from '../features/machine/module.ts'
import { computeModule } from '../features/market/compute/module.ts'
import { dataModule, releasesModule } from '../features/market/data/module.ts'
import { trainingJobsModule } from '../features/market/training/module.ts'
import { peersModule } from '../features/peers/module.ts'
import { practicePartnerModule } from '../features/practice-partner/module.ts'
import { storageModule } from '../features/storage/module.ts'
import { trainingModule } from '../features/training/module.ts'
import { uploadsModule } from '../features/uploads/module.ts'
import { walletModule } from '../features/wallet/module.ts'
import { transactionsModule } from '../features/wallet/transactions-module.ts'
import { workModule } from '../work/module.ts'
import { notifyOfClosings } from './closing-notices.ts'
import { openDataFolder } from './data-folder.ts'
import { systemModule, tasksModule } from './module.ts'
import { createProcesses } from './processes.ts'

export interface HostPorts {
  readonly dataRoot: string
  readonly spawner: Spawner
  readonly secrets: Secrets
  readonly notifier: Notifier
  readonly power: Power
  /** Of a shell with a desktop. */
  readonly showFile?: ShowFile
  readonly clock?: Clock
}

export type Host = Awaited<ReturnType<typeof createHost>>

/**
 * Composes a host of its features' modules, in the order in which they need each other. What differs between the
 * desktop app and the command line comes in through the ports.
 * @throws HearthError DATA_IN_USE, DATABASE_CORRUPT or SETTINGS_DAMAGED
 */
export async function createHost(ports: HostPorts) {
  const { spawner, secrets, notifier, power, showFile = null, clock = systemClock } = ports
  const { close, ...opened } = await openDataFolder(ports.dataRoot, clock)
  const { config, jobs, log, paths } = opened
  const [folder, wake] = [new FolderGuard(paths.root, log), new WakeWatch()]
  const [isolation, chainOpened] = await Promise.all([
    proveIsolation(spawner.sandbox),
    openNetwork(config.get().network, paths.practice, log),
  ])
  log.info('isolation of strangers’ work', { ...isolation })
  const processes = createProcesses({ ...opened, isolation, spawner })
  const base: Foundation = { ...opened, isolation, processes }

  const chain = chainModule({ ...base, ...chainOpened })
  const wallet = walletModule({ ...base, ...chain.services, secrets })
  const account = { ...base, ...chain.services, ...wallet.services }
  const peers = peersModule(account)
  const machine = machineModule({ ...base, ...peers.services, power })
  const uploads = uploadsModule(base)
  const storage = storageModule({ ...base, ...machine.services })
  const curation = curationModule({ ...base, ...uploads.services })
  const releases = releasesModule({ ...account, ...storage.services, ...curation.services })
  const transactions = transactionsModule({
    ...account,
    ...peers.services,
    ...machine.services,
    ...releases.services,
  })
  const acting = { ...account, ...peers.services, ...machine.services, ...transactions.services }
  const training = trainingModule({ ...account, ...machine.services, ...uploads.services })
  const work = workModule({ ...base, ...machine.services, ...training.services })
  const compute = computeModule({ ...acting, ...work.services })
  const trainingJobs = trainingJobsModule({ ...acting, ...work.services, ...compute.services, ...training.services })
  const earning = earningModule({
    ...acting,
    ...work.services,
    ...compute.services,
    ...trainingJobs.services,
    ...releases.services,
    folder,
    power,
  })
  const avatar = avatarModule({ ...base, ...machine.services, ...uploads.services, ...earning.services })
  const style = styleModule({ ...base, ...training.services, ...avatar.services })
  const trial = trialModule({ ...base, ...machine.services, ...training.services, ...avatar.services })
  const data = dataModule({
    ...acting,
    ...storage.services,
    ...curation.services,
    ...releases.services,
    ...training.services,
    ...avatar.services,
    ...uploads.services,
    notifier,
    showFile,
  })
  const checks = {
    ...compute.services.orderChecks,
    ...trainingJobs.services.jobChecks,
    ...data.services.dataChecks,
  }
  const explorer = explorerModule({ ...base, ...chain.services, ...compute.services, checks })
  const system = systemModule({ ...acting, ...compute.services, ...earning.services })
  const tasks = tasksModule(base)
  const partner = practicePartnerModule({ ...base, ...chainOpened })
  notifyOfClosings(jobs, notifier, log)

  // In the order in which they start; they stop in reverse.
  const market = [wallet, chain, transactions, machine, peers, compute, trainingJobs, curation, releases, storage, data]
  const own = [avatar, earning, training, style, trial, tasks, uploads, system, partner]
  const lifecycle = new Lifecycle(
    [folder, wake, ...[...market, ...own].flatMap((module): readonly Service[] => module.start)],
    log,
  )
  const marketApi = { ...transactions.api, ...compute.api, ...trainingJobs.api, ...data.api, ...explorer.api }
  const ownApi = { ...machine.api, ...earning.api, ...training.api, ...avatar.api, ...style.api, ...trial.api }
  return {
    services: { ...earning.services, config },
    router: createRouter({ ...marketApi, ...ownApi, ...tasks.api, ...system.api, ...partner.api, ...chain.api }, log),
    start: () => lifecycle.start(),
    stop: async () => {
      await lifecycle.stop()
      await Promise.all(Object.values(processes).map((process) => process.end()))
      await chainOpened.practice?.stop()
      await close()
    },
  }
}
