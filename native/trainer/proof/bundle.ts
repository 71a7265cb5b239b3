import { open, readFile } from 'node:fs/promises'
import * as z from 'zod'
import { Recipe } from '../../../common/model/recipe.ts'
import { LogEntry } from '../../../common/model/training.ts'
import { HearthError } from '../../../common/errors/index.ts'
import { MerkleTree } from '../../../main/core/merkle.ts'
import { decodeCheckpoint, encodeCheckpoint, type Checkpoint, type CheckpointStore } from '../run/checkpoint.ts'
import { sampleSegments } from '../../../main/core/sample-segments.ts'
import { commit } from './commitment.ts'

/** A proof of training as one file: HPB1, the header's length as uint32, the header as JSON, then whole checkpoints. */
const MAGIC = 'HPB1'
const MAX_HEADER = 64 * 2 ** 20
/** Far more than any recipe here asks for; a list of them is made to draw from. */
const MAX_CHECKPOINTS = 2 ** 20
const Hash = z.string().regex(/^[0-9a-f]{64}$/)
const Place = z.strictObject({ index: z.int().min(0), path: z.array(Hash).max(64), bytes: z.int().min(1) })

const Header = z.strictObject({
  version: z.literal(1),
  recipe: Recipe,
  commitment: z.strictObject({
    root: Hash,
    checkpoints: z.int().min(1).max(MAX_CHECKPOINTS),
    step: z.int().min(0),
    last: Hash,
  }),
  beacon: z.string().min(1).max(128),
  /** The checkpoint that this proof begins at; earlier ones were proven with an earlier milestone. */
  from: z.int().min(0),
  /** Class of the processor that trained. */
  processor: z.string().max(40),
  /** The hash of checkpoint `from`, its path in this commitment, and that in the one before, where it was the last. */
  begin: z.strictObject({ hash: Hash, path: z.array(Hash).max(64), previous: z.array(Hash).max(64) }),
  /** The checkpoints that follow, in order. */
  checkpoints: z.array(Place).max(130),
  /** The losses that the trainer reports. */
  log: z.array(LogEntry),
})
export type BundleHeader = z.infer<typeof Header>
export interface Bundle {
  readonly header: BundleHeader
  readonly checkpoints: ReadonlyMap<number, Checkpoint>
}

export interface BundleInput {
  readonly store: CheckpointStore
  readonly recipe: Recipe
  readonly log: readonly LogEntry[]
  readonly beacon: string
  readonly processor: string
  readonly from: number
}

/** Packs the sampled segments' checkpoints and the last one, with their places in the commitment. */
export async function writeBundle(
  path: string,
  { store, recipe, log, beacon, processor, from }: BundleInput,
): Promise<{ bytes: number; segments: number[] }> {
  const { commitment, tree, leaves, steps } = await commit(store)
  if (from >= commitment.checkpoints)
    throw new HearthError(
      'BAD_INPUT',
      `a proof must begin at one of ${commitment.checkpoints} checkpoints, got ${from}`,
    )
  const segments = sampleSegments(commitment.root, beacon, [from, commitment.checkpoints - 1], recipe.proof.segments)
  const wanted = [
    ...new Set([...segments.flatMap((segment) => [segment, segment + 1]), commitment.checkpoints - 1]),
  ].toSorted((a, b) => a - b)
  const blobs: Buffer[] = []
  for (const index of wanted) blobs.push(encodeCheckpoint(await store.read(steps[index]!)))
  const header: BundleHeader = {
    version: 1,
    recipe,
    commitment,
    beacon,
    from,
    processor,
    begin: beginOf(tree, leaves, from),
    checkpoints: wanted.map((index, i) => ({ index, path: tree.path(index), bytes: blobs[i]!.length })),
    log: [...log],
  }
  const json = Buffer.from(JSON.stringify(header), 'utf8')
  const head = Buffer.alloc(8)
  head.write(MAGIC, 0, 'latin1')
  head.writeUInt32LE(json.length, 4)
  await using file = await open(path, 'w')
  await file.writev([head, json, ...blobs])
  await file.sync()
  return { bytes: 8 + json.length + blobs.reduce((sum, { length }) => sum + length, 0), segments }
}

function beginOf(tree: MerkleTree, leaves: readonly Buffer[], from: number): BundleHeader['begin'] {
  const before = MerkleTree.of(leaves.slice(0, from + 1))
  return { hash: leaves[from]!.toString('hex'), path: tree.path(from), previous: before.path(from) }
}

/** Reads a bundle from an untrusted source. */
export async function readBundle(path: string): Promise<Bundle> {
  const broken = (why: string) => new HearthError('PROOF_FAILED', `the proof ${why}`)
  const bytes = await readFile(path)
  if (bytes.length < 8 || bytes.toString('latin1', 0, 4) !== MAGIC) throw broken('must begin with HPB1')
  const length = bytes.readUInt32LE(4)
  if (length > MAX_HEADER || 8 + length > bytes.length) throw broken('is truncated')
  let json: unknown
  try {
    json = JSON.parse(bytes.toString('utf8', 8, 8 + length))
  } catch {
    throw broken('has a header that is not valid JSON')
  }
  const header = Header.safeParse(json)
  if (!header.success) throw broken(`has an invalid header: ${z.prettifyError(header.error)}`)
  let at = 8 + length
  const checkpoints = new Map<number, Checkpoint>()
  for (const { index, bytes: size } of header.data.checkpoints) {
    if (at + size > bytes.length) throw broken('is truncated')
    checkpoints.set(index, decodeCheckpoint(bytes.subarray(at, at + size)))
    at += size
  }
  if (at !== bytes.length) throw broken('has data after its last checkpoint')
  return { header: header.data, checkpoints }
}
