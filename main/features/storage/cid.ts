import { CID } from 'multiformats/cid'
import * as Digest from 'multiformats/hashes/digest'

const SHA256 = 0x12
const DAG_PB = 0x70
const RAW = 0x55

/** The chain keeps the SHA-256 of a root block alone; packages are folders (dag-pb). */
export const digestOf = (cid: string): string => `0x${Buffer.from(CID.parse(cid).multihash.digest).toString('hex')}`
const cidOf = (codec: number, digest: string): string =>
  CID.createV1(codec, Digest.create(SHA256, Buffer.from(digest.slice(2), 'hex'))).toString()
export const folderCid = (digest: string): string => cidOf(DAG_PB, digest)
/** Of a block that describes something, which is no package. */
export const blockCid = (digest: string): string => cidOf(RAW, digest)
