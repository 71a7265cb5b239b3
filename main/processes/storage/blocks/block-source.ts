import type { CID } from 'multiformats/cid'

/** Where blocks of this machine are read from. */
export interface BlockSource {
  has(cid: CID): boolean
  read(cid: CID): Promise<Uint8Array>
}
