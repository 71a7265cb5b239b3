import type { Gate } from '../../../../common/api/doctor.ts'
import type { IsolationReport } from '../../../../common/model/isolation.ts'
import type { ChainMonitor, Indexer, Network } from '../../chain/index.ts'
import type { EarningService } from '../provider/index.ts'
import type { IdlePolicyService, TelemetryFeed } from '../../machine/idle-policy/index.ts'
import type { MachineService } from '../../machine/hardware/index.ts'
import type { ProfitService } from '../profit/index.ts'
import type { MarketRepository } from '../../market/compute/index.ts'
import type { PeerService } from '../../peers/index.ts'
import type { WalletService } from '../../wallet/index.ts'
import type { Clock } from '../../../core/clock.ts'
import type { ConfigStore } from '../../../core/config.ts'
import type { FolderGuard } from '../../../core/folder-guard.ts'
import { idlePolicyGates } from './idle-policy-gates.ts'
import { machineGates, workGates } from './machine-gates.ts'
import { marketGates, registrationGates } from './market-gates.ts'
import { networkGates, walletGates } from './network-gates.ts'

export interface DoctorPorts {
  readonly wallet: WalletService
  readonly monitor: ChainMonitor
  readonly indexer: Indexer
  readonly network: Network
  readonly peers: PeerService
  readonly machine: MachineService
  readonly comfort: IdlePolicyService
  readonly feed: TelemetryFeed
  readonly clock: Clock
  readonly earning: EarningService
  readonly profit: ProfitService
  readonly isolation: IsolationReport
  readonly folder: FolderGuard
  readonly reads: MarketRepository
  readonly config: ConfigStore
  /** What registering takes. @throws where the network is down */
  readonly stake: () => Promise<bigint>
  /** The last training job that was too large for this machine. */
  readonly misfit: () => { readonly time: number; readonly why: string } | null
}

/** Every gate between this machine and earning, in the order in which they are met. */
export class Doctor {
  readonly #ports: DoctorPorts

  constructor(ports: DoctorPorts) {
    this.#ports = ports
  }

  /** Looks again at what a start alone looks at. */
  look(): Promise<void> {
    return this.#ports.folder.look()
  }

  async gates(): Promise<Gate[]> {
    const { config, feed, comfort, clock } = this.#ports
    return [
      ...walletGates(this.#ports),
      ...(await networkGates(this.#ports)),
      ...(await machineGates(this.#ports)),
      ...(await registrationGates(this.#ports)),
      ...workGates(this.#ports),
      ...idlePolicyGates({
        rules: config.get().comfort,
        sample: feed.latest,
        blockReasons: comfort.blockReasons,
        now: clock.now(),
      }),
      ...marketGates(this.#ports),
    ]
  }
}
