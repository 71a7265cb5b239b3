import { IPNSEntry, ipns, multihashToIPNSRoutingKey, type IPNS, type IPNSComponents } from '@helia/ipns'
import type { CID } from 'multiformats/cid'
import { HearthError, messageOf } from '../../../common/errors/index.ts'
import type { IpnsAnswer } from './gateway/blocks.ts'

const NAME_KEY = 'catalogue'
const NAME_LASTS_MS = 48 * 3_600_000
const ANNOUNCE_MS = 10_000
const DEFAULT_TTL_SECONDS = 300

/** IPNS names (https://specs.ipfs.tech/ipns/ipns-record/): that of this node, and those of others. */
export class Names {
  readonly #components: IPNSComponents
  readonly #anybody: () => Promise<boolean>
  #ipns: IPNS | undefined

  /** @param anybody whether a peer is there to be given records */
  constructor(components: IPNSComponents, anybody: () => Promise<boolean>) {
    this.#components = components
    this.#anybody = anybody
  }

  get #names(): IPNS {
    return (this.#ipns ??= ipns(this.#components))
  }

  /**
   * Signs a name that leads to a CID from now on, and keeps the record here.
   * @returns whether peers of the DHT were given it as well
   */
  async publish(cid: CID): Promise<{ name: string; announced: boolean }> {
    const { record, publicKey } = await this.#names.publish(NAME_KEY, cid, { lifetime: NAME_LASTS_MS, offline: true })
    const name = publicKey.toCID().toString()
    if (!(await this.#anybody())) return { name, announced: false }
    const signal = AbortSignal.timeout(ANNOUNCE_MS)
    const key = multihashToIPNSRoutingKey(publicKey.toMultihash())
    const announced = await Promise.race([
      this.#components.routing.put(key, IPNSEntry.encode(record), { signal }).then(
        () => true,
        () => false,
      ),
      new Promise<boolean>((resolve) => signal.addEventListener('abort', () => resolve(false), { once: true })),
    ])
    return { name, announced }
  }

  /** What a name leads to; the record itself may lead to a further name. @throws HearthError NOT_FOUND */
  async resolve(name: CID, offline: boolean, signal: AbortSignal): Promise<IpnsAnswer> {
    const shown = name.toString()
    try {
      for await (const { record, value } of this.#names.resolve(name, { signal, offline }))
        return { value, record: IPNSEntry.encode(record), ttlSeconds: secondsOf(record) }
    } catch (error) {
      throw new HearthError('NOT_FOUND', `${shown} leads nowhere: ${messageOf(error)}`, {}, { cause: error })
    }
    throw new HearthError('NOT_FOUND', `${shown} leads nowhere`)
  }
}

const secondsOf = ({ ttl }: IPNSEntry): number =>
  ttl === undefined ? DEFAULT_TTL_SECONDS : Number(ttl / 1_000_000_000n)
