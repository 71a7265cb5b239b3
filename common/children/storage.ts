import { eventIterator, oc } from '@orpc/contract'
import * as z from 'zod'
import { ListenAddress, NodeAddress } from '../model/node-address.ts'
import { DrawPreview } from '../model/data-market.ts'
import { Hseg2Header, HsegHeader, HsegKey, SegmentFlaw, SegmentNumber } from '../model/hseg.ts'
import { Sha256 } from '../model/values.ts'

export const StorageStatus = z.object({
  peerId: z.string(),
  addresses: z.array(z.string()),
  peers: z.array(z.string()),
  blocks: z.int(),
  /** Of the blocks kept. */ bytes: z.number(),
  /** Bytes of blocks that others were given since the start. */ served: z.number(),
})
export type StorageStatus = z.infer<typeof StorageStatus>

/** Something that is kept and given to whoever asks. Milliseconds since 1970. */
export const StoredRoot = z.object({ cid: z.string(), name: z.string(), bytes: z.number(), time: z.number() })
export type StoredRoot = z.infer<typeof StoredRoot>

const Progress = z.object({ bytes: z.number(), of: z.number() })

/** How the node meets others. Private unless something here says otherwise. */
export const NodeReach = z.strictObject({
  listen: z.array(ListenAddress).max(8),
  mdns: z.boolean(),
  bootstrap: z.array(NodeAddress).max(32),
  /** Relays to be reached through, from behind a router. */
  relays: z.array(NodeAddress).max(8).default([]),
  /** Whether others may be reached through this node. */
  relay: z.boolean().default(false),
  /** Whether the public IPFS network is asked as well. It learns what is asked for. */
  publicNetwork: z.boolean().default(false),
  /** An indexer that is asked before the DHT (https://specs.ipfs.tech/routing/http-routing-v1/). */
  router: z
    .url({ protocol: /^https?$/ })
    .nullable()
    .default(null),
})
export type NodeReach = z.infer<typeof NodeReach>

/** The data node, and the sealing of what it carries. Paths are the owner's own. */
export const storageContract = {
  /** Starts the node, once. Sealing and opening need none. */
  start: oc.input(NodeReach.extend({ folder: z.string() })).output(StorageStatus),
  status: oc.output(StorageStatus),
  /** Dials peers. @throws PEER_UNREACHABLE where none of them answers */
  connect: oc.input(z.object({ addresses: z.array(z.string()).min(1).max(32) })).output(StorageStatus),
  roots: oc.output(z.array(StoredRoot)),
  limit: oc
    .input(
      z.object({
        /** Bytes a second. */ cap: z.int().positive().nullable(),
        paused: z.boolean(),
        /** Bytes that may be kept, what strangers bring among them. */ disk: z.number().nonnegative().nullable(),
      }),
    )
    .output(z.object({})),
  add: oc
    .input(z.object({ path: z.string(), name: z.string() }))
    .output(eventIterator(Progress, z.object({ cid: z.string(), bytes: z.number(), leaves: z.int() }))),
  /** Takes a CAR file and keeps its roots. @throws NOT_FOUND, FILE_DAMAGED */
  importCar: oc.input(z.object({ path: z.string(), name: z.string() })).output(
    eventIterator(
      Progress,
      z.object({
        roots: z.array(z.object({ cid: z.string(), bytes: z.number() })),
        blocks: z.int(),
        /** Blocks that lie under none of the roots. */ unused: z.int(),
      }),
    ),
  ),
  /** The CID that a file or folder would have. Nothing is kept. */
  hash: oc
    .input(z.object({ path: z.string() }))
    .output(eventIterator(Progress, z.object({ cid: z.string(), bytes: z.number(), leaves: z.int() }))),
  /** Keeps one small block. @returns its SHA-256 */
  putBlock: oc.input(z.object({ bytes: z.base64(), name: z.string() })).output(z.object({ sha256: z.string() })),
  /** One small block by its SHA-256, from here or from peers. @throws NOT_FOUND, PEER_UNREACHABLE */
  block: oc
    .input(z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/), from: z.array(z.string()).max(32) }))
    .output(z.object({ bytes: z.base64() })),
  fetch: oc
    .input(z.object({ cid: z.string(), from: z.array(z.string()).max(32) }))
    .output(
      eventIterator(Progress, z.object({ bytes: z.number(), fetchedBytes: z.number(), refetchedBytes: z.number() })),
    ),
  export: oc.input(z.object({ cid: z.string(), name: z.string(), out: z.string() })).output(
    z.object({
      files: z.int(),
      /** Symbolic links, which were left out. */ links: z.int(),
      bytes: z.number(),
      path: z.string(),
    }),
  ),
  remove: oc.input(z.object({ cid: z.string() })).output(z.object({ freedBytes: z.number() })),
  /** Signs a name that leads to a CID from now on (IPNS), and keeps the record. The name is the same each time. */
  publishName: oc
    .input(z.object({ cid: z.string() }))
    .output(z.object({ name: z.string(), /** Whether peers were given the record. */ announced: z.boolean() })),
  /** @throws NOT_FOUND */
  resolveName: oc.input(z.object({ name: z.string().max(200) })).output(z.object({ path: z.string() })),
  /** Answers HTTP on this machine for whoever has the token. @param port 0 chooses one */
  gateway: oc
    .input(z.object({ port: z.int().min(0).max(65_535), token: z.string().min(16).max(200) }))
    .output(z.object({ url: z.string() })),
  seal: oc
    .input(
      z.object({
        path: z.string(),
        out: z.string(),
        /** Null draws one. A key must never seal twice, so a caller that gives one gives its salt as well. */
        key: HsegKey.nullable(),
        salt: Sha256.nullable(),
        previous: z.object({ folder: z.string(), key: HsegKey }).nullable(),
        /** The file that stands first in the segments, whatever its name sorts to. */
        first: z.string().nullable(),
      }),
    )
    .output(
      eventIterator(
        Progress,
        z.object({
          header: Hseg2Header,
          key: HsegKey,
          segments: z.int(),
          reused: z.int(),
          plainBytes: z.number(),
          /** Merkle root over the segments' keys; that of no leaves where there are no bytes. */
          root: Sha256,
        }),
      ),
    ),
  /**
   * Checks everything public of a package (HSEG2).
   * @throws NOT_FOUND, FILE_DAMAGED, BAD_INPUT for an HSEG1 package
   */
  inspect: oc
    .input(z.object({ package: z.string() }))
    .output(z.object({ header: Hseg2Header, root: Sha256, segments: z.int() })),
  /**
   * Shows drawn segments with their keys, and beside them what it takes to see a whole row, within bounds.
   * @param rows plain bytes of the rows, with which the package begins
   */
  show: oc
    .input(
      z.object({
        package: z.string(),
        key: HsegKey,
        numbers: z.array(SegmentNumber).min(1).max(20),
        rows: z.int().min(0),
      }),
    )
    .output(DrawPreview),
  /**
   * Opens what was shown.
   * @param root that the version commits to; @throws PROOF_FAILED where a key does not stand under it
   */
  openShown: oc
    .input(z.object({ preview: DrawPreview, root: Sha256 }))
    .output(z.object({ segments: z.array(z.object({ number: SegmentNumber, bytes: z.base64() })) })),
  /** Whether each segment that was shown lies in the package at its place, under the same key. */
  holds: oc.input(z.object({ package: z.string(), preview: DrawPreview })).output(z.object({ holds: z.boolean() })),
  /** The first segment whose wrapped key does not lead to its commitment. @throws WRONG_KEY */
  flaw: oc.input(z.object({ package: z.string(), key: HsegKey })).output(SegmentFlaw.nullable()),
  /** What anybody may see of a package. @throws NOT_FOUND, FILE_DAMAGED */
  header: oc.input(z.object({ package: z.string() })).output(HsegHeader),
  unseal: oc
    .input(z.object({ package: z.string(), key: HsegKey, out: z.string() }))
    .output(eventIterator(Progress, z.object({ files: z.int(), bytes: z.number() }))),
  /** Writes what can be opened of a damaged package (HSEG2), and says which segments cannot. */
  salvage: oc
    .input(z.object({ package: z.string(), key: HsegKey, out: z.string() }))
    .output(z.object({ segments: z.int(), lost: z.array(SegmentNumber) })),
  /** Opens every segment and keeps none. */
  verify: oc
    .input(z.object({ package: z.string(), key: HsegKey }))
    .output(eventIterator(Progress, z.object({ files: z.int(), bytes: z.number() }))),
  /** The key for people's age recipients, any of whom can open it, as an age file in text. */
  wrap: oc
    .input(z.object({ key: HsegKey, recipients: z.array(z.string()).min(1).max(100) }))
    .output(z.object({ armored: z.string() })),
  /** Opens a folder of the npm package `ipfs-encrypted`. @throws WRONG_KEY */
  openLegacy: oc
    .input(z.object({ folder: z.string(), password: z.string(), out: z.string() }))
    .output(z.object({ files: z.int(), bytes: z.number() })),
  /** Asks a pinning service to keep a CID. @throws PEER_REFUSED, PEER_UNREACHABLE */
  pinRemotely: oc
    .input(z.object({ service: z.url({ protocol: /^https?$/ }), token: z.string(), cid: z.string(), name: z.string() }))
    .output(z.object({ requestid: z.string(), status: z.string(), delegates: z.array(z.string()) })),
  /** Opens a wrapped key with a file of age identities; both are the files' bytes in base64. @throws WRONG_KEY */
  unwrap: oc
    .input(z.object({ wrapped: z.base64(), identity: z.base64(), passphrase: z.string().nullable() }))
    .output(HsegKey),
}
