import { eventIterator, oc } from '@orpc/contract'
import * as z from 'zod'
import { HsegHeader, HsegKey } from '../model/hseg.ts'

export const StorageStatus = z.object({ peerId: z.string(), addresses: z.array(z.string()), peers: z.array(z.string()), blocks: z.int(), /** Of the blocks kept. */ bytes: z.number(), /** Bytes of blocks that others were given since the start. */ served: z.number() })
export type StorageStatus = z.infer<typeof StorageStatus>

/** Something that is kept and given to whoever asks. Milliseconds since 1970. */
export const StoredRoot = z.object({ cid: z.string(), name: z.string(), bytes: z.number(), time: z.number() })
export type StoredRoot = z.infer<typeof StoredRoot>

const Progress = z.object({ bytes: z.number(), of: z.number() })

/** The data node, and the sealing of what it carries. Paths are the owner's own. */
export const storageContract = {
  /** Starts the node, once. Sealing and opening need none. */
  start: oc.input(z.object({ folder: z.string(), listen: z.array(z.string()), mdns: z.boolean(), bootstrap: z.array(z.string()) })).output(StorageStatus),
  status: oc.output(StorageStatus),
  /** Dials peers. @throws PEER_UNREACHABLE where none of them answers */
  connect: oc.input(z.object({ addresses: z.array(z.string()).min(1).max(32) })).output(StorageStatus),
  roots: oc.output(z.array(StoredRoot)),
  limit: oc.input(z.object({ /** Bytes a second. */ cap: z.int().positive().nullable(), paused: z.boolean() })).output(z.object({})),
  add: oc.input(z.object({ path: z.string(), name: z.string() })).output(eventIterator(Progress, z.object({ cid: z.string(), bytes: z.number(), leaves: z.int() }))),
  /** The CID that a file or folder would have. Nothing is kept. */
  hash: oc.input(z.object({ path: z.string() })).output(eventIterator(Progress, z.object({ cid: z.string(), bytes: z.number(), leaves: z.int() }))),
  /** Keeps one small block. @returns its SHA-256 */
  putBlock: oc.input(z.object({ bytes: z.base64(), name: z.string() })).output(z.object({ sha256: z.string() })),
  /** One small block by its SHA-256, from here or from peers. @throws NOT_FOUND, PEER_UNREACHABLE */
  block: oc.input(z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/), from: z.array(z.string()).max(32) })).output(z.object({ bytes: z.base64() })),
  fetch: oc.input(z.object({ cid: z.string(), from: z.array(z.string()).max(32) })).output(eventIterator(Progress, z.object({ bytes: z.number(), fetchedBytes: z.number(), refetchedBytes: z.number() }))),
  export: oc.input(z.object({ cid: z.string(), name: z.string(), out: z.string() })).output(z.object({ files: z.int(), bytes: z.number(), path: z.string() })),
  remove: oc.input(z.object({ cid: z.string() })).output(z.object({ freedBytes: z.number() })),
  /** Answers HTTP on this machine for whoever has the token. @param port 0 chooses one */
  gateway: oc.input(z.object({ port: z.int().min(0).max(65_535), token: z.string().min(16).max(200) })).output(z.object({ url: z.string() })),
  seal: oc
    .input(z.object({ path: z.string(), out: z.string(), /** Null draws one. */ key: HsegKey.nullable(), previous: z.object({ folder: z.string(), key: HsegKey }).nullable() }))
    .output(eventIterator(Progress, z.object({ header: HsegHeader, key: HsegKey, segments: z.int(), reused: z.int(), plainBytes: z.number() }))),
  /** What anybody may see of a package. @throws NOT_FOUND, FILE_DAMAGED */
  header: oc.input(z.object({ package: z.string() })).output(HsegHeader),
  unseal: oc.input(z.object({ package: z.string(), key: HsegKey, out: z.string() })).output(eventIterator(Progress, z.object({ files: z.int(), bytes: z.number() }))),
  /** Opens every segment and keeps none. */
  verify: oc.input(z.object({ package: z.string(), key: HsegKey })).output(eventIterator(Progress, z.object({ files: z.int(), bytes: z.number() }))),
  /** The key for one person's age recipient, as an age file in text. */
  wrap: oc.input(z.object({ key: HsegKey, recipient: z.string() })).output(z.object({ armored: z.string() })),
  unwrap: oc.input(z.object({ armored: z.string(), identity: z.string() })).output(HsegKey),
}
