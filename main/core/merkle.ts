import { createHash } from 'node:crypto'

/** Binary Merkle tree of RFC 6962: leaves and nodes are told apart by their first byte, an odd node moves up alone. */
export const leafHash = (leaf: Uint8Array): Buffer =>
  createHash('sha256').update(Uint8Array.of(0)).update(leaf).digest()
const nodeHash = (left: Uint8Array, right: Uint8Array): Buffer =>
  createHash('sha256').update(Uint8Array.of(1)).update(left).update(right).digest()

export class MerkleTree {
  /** From the leaves' hashes up to the root. */
  readonly #levels: Buffer[][]

  /** @param hashes those of the leaves, which need not be held themselves: {@link leafHash} */
  constructor(hashes: Buffer[]) {
    if (hashes.length === 0) throw new Error('a Merkle tree needs a leaf')
    this.#levels = [hashes]
    while (this.#levels.at(-1)!.length > 1) {
      const below = this.#levels.at(-1)!
      this.#levels.push(
        Array.from({ length: Math.ceil(below.length / 2) }, (_, i) =>
          2 * i + 1 < below.length ? nodeHash(below[2 * i]!, below[2 * i + 1]!) : below[2 * i]!,
        ),
      )
    }
  }

  static of(leaves: readonly Uint8Array[]): MerkleTree {
    return new MerkleTree(leaves.map(leafHash))
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
export function verifyPath(
  root: string,
  leaf: Uint8Array,
  index: number,
  count: number,
  path: readonly string[],
): boolean {
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
