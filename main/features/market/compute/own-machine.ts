import type { MachineRow } from '../../../../common/model/market.ts'
import type { PeerService } from '../../peers/index.ts'
import type { WalletService } from '../../wallet/index.ts'
import type { MarketRepository } from './market-repository.ts'

/** The registered machine behind this host's peer, or null. */
export function ownMachine({
  wallet,
  peers,
  reads,
}: {
  readonly wallet: WalletService
  readonly peers: PeerService
  readonly reads: MarketRepository
}): MachineRow | null {
  const account = wallet.addressOrNull()
  return account && peers.status() ? reads.machineOf(account, peers.key()) : null
}
