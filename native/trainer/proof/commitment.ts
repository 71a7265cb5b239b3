import type { CheckpointStore } from '../run/checkpoint.ts'
import { hashCheckpoint } from '../run/checkpoint.ts'
import { MerkleTree } from '../../../main/core/merkle.ts'

/** A trainer's statement before it learns which segments are sampled. */
export interface Commitment {
  /** Merkle root over the hashes of the checkpoints, in the order of their steps. */
  readonly root: string
  readonly checkpoints: number
  /** The last checkpoint's step. */
  readonly step: number
  /** The last checkpoint's hash. */
  readonly last: string
}

export async function commit(
  store: CheckpointStore,
): Promise<{ commitment: Commitment; tree: MerkleTree; leaves: readonly Buffer[]; steps: readonly number[] }> {
  const steps = await store.steps()
  const leaves: Buffer[] = []
  for (const step of steps) leaves.push(hashCheckpoint(await store.read(step)))
  const tree = MerkleTree.of(leaves)
  return {
    commitment: {
      root: tree.root,
      checkpoints: leaves.length,
      step: steps.at(-1)!,
      last: leaves.at(-1)!.toString('hex'),
    },
    tree,
    leaves,
    steps,
  }
}
