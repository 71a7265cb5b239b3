import { createHash } from 'node:crypto'

/** Binary Merkle tree of RFC 6962: leaves and nodes are told apart by their first byte, an odd node moves up alone. */
const leafHash = (leaf: Uint8Array): Buffer => createHash('sha256').update(Uint8Array.of(0)).update(leaf).digest()
const nodeHash = (left: Uint8Array, right: Uint8Array): Buffer => createHash('sha256').update(Uint8Array.of(1)).update(left).update(right).digest()

export class MerkleTree {
  /** From the leaves' hashes up to the root. */
  #levels: Buffer[][]

  static readonly leafHash = leafHash

  constructor(leaves: readonly Uint8Array[]) {
    this.#levels = MerkleTree.#above(leaves.map(leafHash))
  }

  /** A tree whose leaves were hashed one by one, so that they need not be held. */
  static ofHashes(hashes: Buffer[]): MerkleTree {
    const tree = new MerkleTree([Buffer.alloc(0)])
    tree.#levels = MerkleTree.#above(hashes)
    return tree
  }

  static #above(leaves: Buffer[]): Buffer[][] {
    if (leaves.length === 0) throw new Error('a Merkle tree needs a leaf')
    const levels = [leaves]
    while (levels.at(-1)!.length > 1) {
      const below = levels.at(-1)!
      levels.push(Array.from({ length: Math.ceil(below.length / 2) }, (_, i) => (2 * i + 1 < below.length ? nodeHash(below[2 * i]!, below[2 * i + 1]!) : below[2 * i]!)))
    }
    return levels
  }

  get root(): string {
    return this.#levels.at(-1)![0]!.toString('hex')
  }

  /** The neighbours on the way from a leaf to the root. */
  path(index: number): string[] {
    const path: string[] = []
    let i = index
    for (const level of this.#levels.slice(0, -1)) {
      const neighbour = level[i ^ 1]
      if (neighbour) path.push(neighbour.toString('hex'))
      i >>= 1
    }
    return path
  }
}

/** Whether a leaf stands at a position of a tree of so many leaves with this root. */
export function verifyPath(root: string, leaf: Uint8Array, index: number, count: number, path: readonly string[]): boolean {
  if (index < 0 || index >= count) return false
  let [hash, i, last, used] = [leafHash(leaf), index, count - 1, 0]
  while (last > 0) {
    if (i % 2 === 1 || i < last) {
      const neighbour = path[used++]
      if (neighbour?.length !== 64) return false
      const other = Buffer.from(neighbour, 'hex')
      hash = i % 2 === 1 ? nodeHash(other, hash) : nodeHash(hash, other)
    }
    i >>= 1
    last >>= 1
  }
  return used === path.length && hash.toString('hex') === root
}
