import { CID } from 'multiformats/cid'
import * as raw from 'multiformats/codecs/raw'
import * as Digest from 'multiformats/hashes/digest'

const SHA256 = 0x12
const DAG_PB = 0x70

/** The chain keeps the SHA-256 of a root block alone; packages are folders (dag-pb), what describes them is a raw block. */
export const digestOf = (cid: string): string => `0x${Buffer.from(CID.parse(cid).multihash.digest).toString('hex')}`
const cidOf = (code: number, digest: string): string => CID.createV1(code, Digest.create(SHA256, Buffer.from(digest.slice(2), 'hex'))).toString()
export const folderCid = (digest: string): string => cidOf(DAG_PB, digest)
export const blockCid = (digest: string): string => cidOf(raw.code, digest)
