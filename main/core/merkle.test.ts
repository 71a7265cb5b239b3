import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { leafHash, MerkleStream, MerkleTree, rootOver } from './merkle.ts'

const leavesOf = (count: number): Buffer[] => Array.from({ length: count }, (_, i) => Buffer.from(`leaf ${i}`))

test('a stream of leaves comes to the root and to the paths of the tree that holds them all', () => {
  for (let count = 1; count <= 70; count++) {
    const leaves = leavesOf(count)
    const tree = MerkleTree.of(leaves)
    const stream = new MerkleStream(leaves.keys())
    for (const leaf of leaves) stream.add(leafHash(leaf))
    expect(stream.end()).toBe(tree.root)
    for (const [i, leaf] of leaves.entries()) {
      const { lefts, path } = stream.path(i)
      expect(path).toEqual(tree.path(i))
      expect(rootOver(leaf, lefts, path)).toBe(tree.root)
      // A side that is told wrongly, a bit beyond the path, a neighbour less or more lead elsewhere.
      for (let k = 0; k < path.length; k++)
        expect(rootOver(leaf, lefts ^ (1 << k), path), `${count}/${i}/${k}`).not.toBe(tree.root)
      expect(rootOver(leaf, lefts + 2 ** path.length, path)).toBe(null)
      expect(rootOver(leaf, 0, [...path, '0'.repeat(64)])).not.toBe(tree.root)
      if (path.length > 0) expect(rootOver(leaf, 0, path.slice(0, -1))).not.toBe(tree.root)
    }
  }
})

test('a stream without leaves has the root that RFC 6962 gives it', () => {
  expect(new MerkleStream().end()).toBe(createHash('sha256').digest('hex'))
})

test('what is no path leads nowhere', () => {
  const [leaf] = leavesOf(1)
  for (const [lefts, path] of [
    [-1, []],
    [0.5, ['0'.repeat(64)]],
    [Number.NaN, []],
    [1, []],
    [0, ['0'.repeat(63)]],
    [0, ['G'.repeat(64)]],
    [0, ['A'.repeat(64)]],
  ] as const)
    expect(rootOver(leaf!, lefts, path)).toBe(null)
})
