import type { VaultNetwork } from '../../../common/children/vault.ts'
import type { Foundation, Module } from '../../core/module.ts'
import type { ChainMonitor } from '../chain/index.ts'
import type { WalletService } from '../wallet/index.ts'
import { PeerRecords } from './peer-records.ts'
import { PeerService } from './peer-service.ts'
import { PeerWallets } from './peer-wallets.ts'
import type { Requester } from './requester.ts'

/** Other machines: asking them in this wallet's name, and knowing in whose name they ask. */
export function peersModule({
  config,
  log,
  monitor,
  paths,
  processes,
  signedFor,
  wallet,
}: Foundation & {
  readonly monitor: ChainMonitor
  readonly signedFor: VaultNetwork
  readonly wallet: WalletService
}) {
  const records = new PeerRecords({ wallet, monitor })
  const peers = new PeerService({
    process: processes.peer,
    config,
    folder: paths.peer,
    wallets: new PeerWallets(signedFor, monitor),
    record: (peer) => records.current(peer),
    log,
  })
  const requester: Requester = { account: () => wallet.addressOrNull(), ask: (machine) => peers.to(machine) }
  return { services: { peers, requester }, start: [peers], api: {} } satisfies Module
}
