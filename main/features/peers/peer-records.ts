import type { ChainMonitor } from '../chain/index.ts'
import type { PeerRecord } from './peer-record.ts'
import type { WalletService } from '../wallet/index.ts'

const LASTS_SECONDS = 86_400
const RENEW_SECONDS = 3_600

/** This wallet's signed word that this peer speaks for it, renewed before it expires. */
export class PeerRecords {
  readonly #ports: { wallet: WalletService; monitor: ChainMonitor }
  #record: PeerRecord | null = null

  constructor(ports: { wallet: WalletService; monitor: ChainMonitor }) {
    this.#ports = ports
  }

  /** @param peer this peer's key @throws HearthError WALLET_LOCKED when a new one must be signed and cannot */
  async current(peer: string): Promise<PeerRecord> {
    const { wallet, monitor } = this.#ports
    const now = Math.max(monitor.head?.time ?? 0, Math.floor(Date.now() / 1000))
    const known = this.#record
    if (known && known.peer === peer && known.wallet === wallet.address() && known.expires > now + RENEW_SECONDS)
      return known
    const expires = now + LASTS_SECONDS
    const { signature } = await wallet.sign({ kind: 'peer-record', peer, expires })
    this.#record = { wallet: wallet.address(), peer, expires, signature }
    return this.#record
  }
}
