import { encodeRlp, getBytes, keccak256, toBeHex } from 'ethers'

type Entry = { readonly path: readonly number[]; readonly value: string }
/** As RLP takes it: bytes, or a list. */
type Node = string | Node[]

/**
 * Root of a Merkle Patricia trie (Yellow Paper, appendix D).
 * @param entries keys and values, hexadecimal; no key twice
 */
export const trieRoot = (entries: readonly (readonly [key: string, value: string])[]): string =>
  keccak256(encodeRlp(nodeOf(entries.map(([key, value]) => ({ path: [...getBytes(key)].flatMap(nibblesOf), value })))))

/** Root over a block's transactions or receipts: their keys are their numbers. */
export const listRoot = (values: readonly string[]): string =>
  trieRoot(values.map((value, i) => [encodeRlp(i === 0 ? '0x' : toBeHex(i)), value]))

function nodeOf(entries: readonly Entry[]): Node {
  const [first, ...rest] = entries
  if (!first) return '0x'
  if (rest.length === 0) return [compact(first.path, true), first.value]
  const differs = first.path.findIndex((nibble, i) => rest.some(({ path }) => path[i] !== nibble))
  const shared = differs === -1 ? first.path.length : differs
  const below = entries.map(({ path, value }) => ({ path: path.slice(shared), value }))
  const branch = [
    ...Array.from({ length: 16 }, (_, nibble) =>
      reference(
        below.filter(({ path }) => path[0] === nibble).map(({ path, value }) => ({ path: path.slice(1), value })),
      ),
    ),
    below.find(({ path }) => path.length === 0)?.value ?? '0x',
  ]
  return shared === 0 ? branch : [compact(first.path.slice(0, shared), false), short(branch)]
}

const reference = (entries: readonly Entry[]): Node => short(nodeOf(entries))

/** A node of less than 32 bytes stands where its hash would. */
function short(node: Node): Node {
  if (node === '0x') return node
  const encoded = encodeRlp(node)
  return (encoded.length - 2) / 2 < 32 ? node : keccak256(encoded)
}

/** Nibbles as bytes, with a first one that says whether they end the key and whether they are odd in number. */
function compact(path: readonly number[], ends: boolean): string {
  const isOdd = path.length % 2 === 1
  const flag = (ends ? 2 : 0) + (isOdd ? 1 : 0)
  return `0x${[flag, ...(isOdd ? [] : [0]), ...path].map((nibble) => nibble.toString(16)).join('')}`
}

const nibblesOf = (byte: number): readonly number[] => [byte >> 4, byte & 15]
