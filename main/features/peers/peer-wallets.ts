import type { VaultNetwork } from '../../../common/children/vault.ts'
import type { ChainMonitor } from '../chain/index.ts'
import { walletOfPeer, type PeerRecord } from './peer-record.ts'

const MOST = 1000

/** Which wallet speaks through a peer, by its signed record; a record is checked once. */
export class PeerWallets {
  readonly #network: VaultNetwork
  readonly #monitor: ChainMonitor
  readonly #known = new Map<string, string>()

  constructor(network: VaultNetwork, monitor: ChainMonitor) {
    this.#network = network
    this.#monitor = monitor
  }

  /** @param key of the peer on the line. @throws HearthError RECORD_INVALID */
  of(record: PeerRecord, key: string): string {
    const now = this.#monitor.head?.time ?? 0
    const id = `${key}/${record.signature}/${record.wallet}/${record.expires}`
    const known = this.#known.get(id)
    if (known && record.expires >= now) return known
    const wallet = walletOfPeer(this.#network, record, key, now)
    if (this.#known.size > MOST) this.#known.clear()
    this.#known.set(id, wallet)
    return wallet
  }
}
