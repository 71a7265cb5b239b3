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

// Leaves and roots of Certificate Transparency's own tests (google/certificate-transparency, merkle_tree_test.cc).
test('both come to the roots that Certificate Transparency has for the same leaves', () => {
  const leaves = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f']
  const roots = [
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
    'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
    'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
    '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
    'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
    '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
  ]
  for (const [i, root] of roots.entries()) {
    const stream = new MerkleStream()
    const some = leaves.slice(0, i + 1).map((leaf) => Buffer.from(leaf, 'hex'))
    for (const leaf of some) stream.add(leafHash(leaf))
    expect(stream.end(), `${i + 1} leaves`).toBe(root)
    expect(MerkleTree.of(some).root).toBe(root)
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
