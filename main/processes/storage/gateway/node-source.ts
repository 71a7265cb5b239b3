import { Resolver } from 'node:dns/promises'
import type { CID } from 'multiformats/cid'
import type { PassingBlocks } from '../blocks/passing-blocks.ts'
import type { PackStore } from '../blocks/pack-store.ts'
import type { Names } from '../names.ts'
import type { GatewaySource } from './blocks.ts'

const DNS_MS = 5_000
/** What a resolver says of a name that is not there. */
const NONE = new Set(['ENOTFOUND', 'ENODATA'])

/** The content of a data node: what it keeps, else what its peers give by bitswap, which stays until room is needed. */
export function nodeSource(
  store: PackStore,
  passing: PassingBlocks,
  bitswap: (cid: CID, signal: AbortSignal) => Promise<Uint8Array>,
  names: Names,
): GatewaySource {
  return {
    has: (cid) => store.has(cid) || passing.has(cid),
    block: (cid, signal) =>
      store.has(cid) ? store.read(cid) : passing.has(cid) ? passing.read(cid) : bitswap(cid, signal),
    ipns: (name, offline, signal) => names.resolve(name, offline, signal),
    txt: async (name, signal) => {
      const resolver = new Resolver({ timeout: DNS_MS, tries: 2 })
      const stop = (): void => resolver.cancel()
      signal.addEventListener('abort', stop, { once: true })
      try {
        return (await resolver.resolveTxt(name)).map((pieces) => pieces.join(''))
      } catch (error) {
        if (NONE.has((error as NodeJS.ErrnoException).code ?? '')) return []
        throw error
      } finally {
        signal.removeEventListener('abort', stop)
      }
    },
  }
}
