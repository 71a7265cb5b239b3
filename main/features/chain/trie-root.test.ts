import { hexlify, toUtf8Bytes } from 'ethers'
import { expect, test } from 'vitest'
import { listRoot, trieRoot } from './trie-root.ts'

const hex = (text: string): string => hexlify(toUtf8Bytes(text))

// The cases of ethereum/tests, TrieTests/trieanyorder.json.
test.each([
  [{ A: 'a'.repeat(50) }, '0xd23786fb4a010da3ce639d66d5e904a11dbc02746d1ce25029e53290cabf28ab'],
  [
    { doe: 'reindeer', dog: 'puppy', dogglesworth: 'cat' },
    '0x8aad789dff2f538bca5d8ea56e8abe10f4c7ba3a5dea95fea4cd6e7c3a1168d3',
  ],
  [
    { do: 'verb', horse: 'stallion', doge: 'coin', dog: 'puppy' },
    '0x5991bb8c6514148a29db676a14ac506cd2cd5775ace63c30a4fe457715e9ac84',
  ],
  [{ foo: 'bar', food: 'bass' }, '0x17beaa1648bafa633cda809c90c04af50fc8aed3cb40d16efbddee6fdf63c4c3'],
])('the root over %o', (entries, root) => {
  const pairs = Object.entries(entries).map(([key, value]) => [hex(key), hex(value)] as const)
  expect(trieRoot(pairs)).toBe(root)
  expect(trieRoot(pairs.toReversed())).toBe(root)
})

test('the root over nothing is that of blocks in which nothing happened', () => {
  expect(listRoot([])).toBe('0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421')
})

test('the order of a list counts, and so does each of its values', () => {
  const values = Array.from({ length: 300 }, (_, i) => hex(`value ${i}`))
  const root = listRoot(values)
  expect(listRoot(values.with(299, hex('another')))).not.toBe(root)
  expect(listRoot(values.with(0, values[1]!).with(1, values[0]!))).not.toBe(root)
})
