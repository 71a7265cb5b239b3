import type { ContractRouterClient } from '@orpc/contract'
import { keccak256 } from 'ethers'
import type { Complaint } from '../../../../common/chain/contract-module.ts'
import { Point, type vaultContract, type VaultNetwork } from '../../../../common/children/vault.ts'
import type { HsegKey } from '../../../../common/model/hseg.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import type { DataRepository } from './data-repository.ts'

type VaultKeys = Pick<
  ContractRouterClient<typeof vaultContract>,
  'dataKey' | 'sealForBuyer' | 'purchaseKey' | 'openDelivery' | 'purchaseSecret'
>

/** What a package's key is derived from; all of it stands in the package's header. */
export interface SealedAs {
  readonly dataset: string
  readonly version: number
  readonly salt: string
}

interface Ports {
  readonly network: VaultNetwork
  readonly reads: Pick<DataRepository, 'purchases' | 'isKeyUsed' | 'sale' | 'version' | 'keys'>
  /** @throws HearthError WALLET_LOCKED, NO_WALLET */
  readonly vault: () => Promise<VaultKeys>
  readonly account: () => string
  /** Whether the index is so far behind the chain that it may miss a purchase. */
  readonly isBehind: () => boolean
}

/** Serials of one version's purchases, from 0; the vault looks no further for the secret of one. */
const LAST_SERIAL = 255

const hex = (text: string): string => text.slice(2)

/** The keys of datasets and sales, as the vault makes them; what is public of them comes from the chain. */
export class SaleVault {
  readonly #ports: Ports
  /** Keys that were given out since the start: a preview that nobody has confirmed yet stands nowhere else. */
  readonly #given = new Set<string>()

  constructor(ports: Ports) {
    this.#ports = ports
  }

  async dataKey(sealed: SealedAs): Promise<HsegKey> {
    const { key } = await (await this.#ports.vault()).dataKey(sealed)
    return { format: 'HSEG1-KEY', dataset: sealed.dataset, version: sealed.version, key: hex(key) }
  }

  /**
   * A public key for the next purchase of a version, which no other purchase has: neither one that the index knows, nor
   * one on its way, nor one that a person is looking at. A complaint makes its secret public.
   * @throws HearthError NETWORK_DOWN while purchases of this account may be missing from the index
   */
  async purchaseKey(asset: number, version: number): Promise<{ keyX: string; keyV: 27 | 28 }> {
    const { reads, account, isBehind } = this.#ports
    if (isBehind()) throw new HearthError('NETWORK_DOWN', 'the chain has not been read to its end yet; buy when it has')
    const vault = await this.#ports.vault()
    for (let serial = reads.purchases(account(), asset, version); serial <= LAST_SERIAL; serial++) {
      const { x, v } = await vault.purchaseKey({ ...this.#purchase(asset, version), serial })
      if (this.#given.has(x) || reads.isKeyUsed(x)) continue
      this.#given.add(x)
      return { keyX: x, keyV: v }
    }
    throw new HearthError('BAD_INPUT', 'this account has bought this version as often as it can')
  }

  /** A dataset's key for the buyer of a sale. */
  async deliver(sale: number, sealed: SealedAs): Promise<{ pointX: string; pointV: 27 | 28; wrapped: string }> {
    const { buyer } = this.#keysOf(sale)
    const { point, wrapped } = await (await this.#ports.vault()).sealForBuyer({ ...sealed, sale, buyer })
    return { pointX: point.x, pointV: point.v, wrapped }
  }

  /**
   * The key that was delivered for a purchase of this account: 64 digits, or null where it is not the one that the
   * version commits to.
   */
  async open(sale: number): Promise<string | null> {
    const { row, version, buyer, delivery } = this.#delivered(sale)
    // The index has what the seller wrote; what is no point opens nothing, whatever else it is.
    if (!Point.safeParse(delivery.point).success) return null
    const { key } = await (
      await this.#ports.vault()
    ).openDelivery({ ...this.#purchase(row.asset, row.version), sale, buyer: buyer.x, ...delivery })
    if (key === null || keccak256(key + hex(version.salt)) !== version.keyCommit) return null
    return hex(key)
  }

  /** What opens the delivery of a purchase of this account before the contract. */
  async opening(sale: number): Promise<Complaint['opening']> {
    const { row, version, buyer, delivery } = this.#delivered(sale)
    const { secret } = await (
      await this.#ports.vault()
    ).purchaseSecret({ ...this.#purchase(row.asset, row.version), buyer: buyer.x })
    const { keyCommit, salt, segments } = version
    const { point, wrapped } = delivery
    return { secret: BigInt(secret), pointX: point.x, pointV: point.v, wrapped, keyCommit, salt, segments }
  }

  #delivered(sale: number) {
    const { buyer, delivery } = this.#keysOf(sale)
    const row = this.#ports.reads.sale(sale)!
    if (!delivery) throw new HearthError('NOT_FOUND', `nothing has been delivered for sale ${sale} yet`)
    return { row, version: this.#ports.reads.version(row.asset, row.version)!, buyer, delivery }
  }

  #keysOf(sale: number) {
    const keys = this.#ports.reads.keys(sale)
    if (!keys) throw new HearthError('NOT_FOUND', `there is no sale ${sale}`)
    return keys
  }

  #purchase(asset: number, version: number) {
    const { chainId, contracts } = this.#ports.network
    return { chainId, contract: contracts.dataMarket, asset, version }
  }
}
