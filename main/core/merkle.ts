import { hash } from 'node:crypto'

/** Binary Merkle tree of RFC 6962: leaves and nodes are told apart by their first byte, an odd node moves up alone. */
export const leafHash = (leaf: Uint8Array): Buffer => hash('sha256', Buffer.concat([LEAF, leaf]), 'buffer')
const nodeHash = (left: Uint8Array, right: Uint8Array): Buffer =>
  hash('sha256', Buffer.concat([NODE, left, right]), 'buffer')
const LEAF = Uint8Array.of(0)
const NODE = Uint8Array.of(1)

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

/** The way of a leaf to the root: its neighbours from below, and which of them stand on the left (bit k: the k-th). */
export interface LeafPath {
  readonly lefts: number
  readonly path: string[]
}

/**
 * The same tree from leaves' hashes that come one by one: memory grows with its height and with the leaves whose paths
 * are wanted, not with its leaves.
 */
export class MerkleStream {
  /** At each level the node that waits for its neighbour on the right. */
  readonly #waiting: (Buffer | null)[] = []
  /** How many nodes each level has got. */
  readonly #counts: number[] = []
  /** The wanted paths' nodes by level and number; null until they come. */
  readonly #kept = new Map<string, Buffer | null>()

  /** @param wanted numbers of the leaves whose paths will be asked for */
  constructor(wanted: Iterable<number> = []) {
    for (const index of wanted)
      for (let level = 0; level < 32; level++) this.#kept.set(`${level}/${neighbourOf(index, level)}`, null)
  }

  add(hash: Buffer): void {
    this.#arrive(0, hash)
  }

  /** The root, 64 hexadecimal digits; nothing is added after it. RFC 6962 has one for no leaves, too. */
  end(): string {
    for (let level = 0; level < this.#waiting.length; level++) {
      const alone = this.#waiting[level]
      if (!alone) continue
      if (level === this.#waiting.length - 1) return alone.toString('hex')
      this.#waiting[level] = null
      this.#arrive(level + 1, alone)
    }
    return hash('sha256', '')
  }

  /** The path of a leaf that was wanted, once the tree has ended. */
  path(index: number): LeafPath {
    const path: string[] = []
    let lefts = 0
    for (let level = 0; level < this.#waiting.length - 1; level++) {
      const neighbour = this.#kept.get(`${level}/${neighbourOf(index, level)}`)
      // A node without a neighbour moves up alone.
      if (!neighbour) continue
      if (neighbourOf(index, level) % 2 === 0) lefts += 2 ** path.length
      path.push(neighbour.toString('hex'))
    }
    return { lefts, path }
  }

  #arrive(level: number, hash: Buffer): void {
    const index = this.#counts[level] ?? 0
    this.#counts[level] = index + 1
    if (this.#kept.size > 0) {
      const name = `${level}/${index}`
      if (this.#kept.has(name)) this.#kept.set(name, hash)
    }
    const left = this.#waiting[level]
    this.#waiting[level] = left ? null : hash
    if (left) this.#arrive(level + 1, nodeHash(left, hash))
  }
}
const neighbourOf = (index: number, level: number): number => {
  const at = Math.floor(index / 2 ** level)
  return at % 2 === 0 ? at + 1 : at - 1
}

/** Where a leaf comes to over its path: 64 hexadecimal digits; null where the path is none. */
export function rootOver(leaf: Uint8Array, lefts: number, path: readonly string[]): string | null {
  if (!Number.isSafeInteger(lefts) || lefts < 0 || lefts >= 2 ** path.length) return null
  let node = leafHash(leaf)
  for (const [k, neighbour] of path.entries()) {
    if (!/^[0-9a-f]{64}$/.test(neighbour)) return null
    const other = Buffer.from(neighbour, 'hex')
    node = Math.floor(lefts / 2 ** k) % 2 === 1 ? nodeHash(other, node) : nodeHash(node, other)
  }
  return node.toString('hex')
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
  let [node, i, last, used] = [leafHash(leaf), index, count - 1, 0]
  while (last > 0) {
    if (i % 2 === 1 || i < last) {
      const neighbour = path[used++]
      if (neighbour?.length !== 64) return false
      const other = Buffer.from(neighbour, 'hex')
      node = i % 2 === 1 ? nodeHash(other, node) : nodeHash(node, other)
    }
    i >>= 1
    last >>= 1
  }
  return used === path.length && node.toString('hex') === root
}
