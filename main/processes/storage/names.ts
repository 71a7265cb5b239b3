import { IPNSEntry, ipns, multihashToIPNSRoutingKey, type IPNS, type IPNSComponents } from '@helia/ipns'
import type { CID } from 'multiformats/cid'
import { HearthError, messageOf } from '../../../common/errors/index.ts'
import type { IpnsAnswer } from './gateway/blocks.ts'

const NAME_KEY = 'catalogue'
const NAME_LASTS_MS = 48 * 3_600_000
const ANNOUNCE_MS = 10_000
const DEFAULT_TTL_SECONDS = 300

/** Gives a record to peers that keep such. @returns how many took it */
export type Announce = (key: Uint8Array, record: Uint8Array, signal: AbortSignal) => Promise<number>

/** IPNS names (https://specs.ipfs.tech/ipns/ipns-record/): that of this node, and those of others. */
export class Names {
  readonly #ipns: IPNS
  readonly #announce: Announce

  /** From now on the node's DHT takes the records of others, whose signatures it can check. */
  constructor(components: IPNSComponents, announce: Announce) {
    this.#ipns = ipns(components)
    this.#announce = announce
  }

  /**
   * Signs a name that leads to a CID from now on, and keeps the record here.
   * @returns whether peers took it as well
   */
  async publish(cid: CID): Promise<{ name: string; announced: boolean }> {
    const { record, publicKey } = await this.#ipns.publish(NAME_KEY, cid, { lifetime: NAME_LASTS_MS, offline: true })
    const key = multihashToIPNSRoutingKey(publicKey.toMultihash())
    const taken = await this.#announce(key, IPNSEntry.encode(record), AbortSignal.timeout(ANNOUNCE_MS))
    return { name: publicKey.toCID().toString(), announced: taken > 0 }
  }

  /** What a name leads to; the record itself may lead to a further name. @throws HearthError NOT_FOUND */
  async resolve(name: CID, offline: boolean, signal: AbortSignal): Promise<IpnsAnswer> {
    const shown = name.toString()
    try {
      for await (const { record, value } of this.#ipns.resolve(name, { signal, offline }))
        return { value, record: IPNSEntry.encode(record), ttlSeconds: secondsOf(record) }
    } catch (error) {
      throw new HearthError('NOT_FOUND', `${shown} leads nowhere: ${messageOf(error)}`, {}, { cause: error })
    }
    throw new HearthError('NOT_FOUND', `${shown} leads nowhere`)
  }
}

const secondsOf = ({ ttl }: IPNSEntry): number =>
  ttl === undefined ? DEFAULT_TTL_SECONDS : Number(ttl / 1_000_000_000n)
