import type { Random } from '../../native/trainer/random.ts'

const EDGES = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff]
const MOST_BYTES = 64 * 1024

/** Changes that find faults in parsers (Zalewski, AFL technical notes), one to eight of them. */
export function mutate(random: Random, input: Uint8Array, other: Uint8Array, words: readonly Uint8Array[]): Uint8Array {
  let bytes = Buffer.from(input)
  for (let times = 1 + random.below(8); times > 0; times--) bytes = change(random, bytes, other, words)
  return bytes.subarray(0, MOST_BYTES)
}

function change(random: Random, bytes: Buffer<ArrayBuffer>, other: Uint8Array, words: readonly Uint8Array[]) {
  const at = random.below(bytes.length + 1)
  const length = 1 + random.below(Math.min(64, bytes.length + 1))
  const put = (from: number, to: number, ...parts: readonly Uint8Array[]) =>
    Buffer.concat([bytes.subarray(0, from), ...parts, bytes.subarray(to)])
  switch (random.below(9)) {
    case 0:
      return put(at, at, Buffer.from([random.below(256)]))
    case 1:
      return put(at, at + 1, Buffer.from([(bytes[at] ?? 0) ^ (1 << random.below(8))]))
    case 2:
      return put(at, at + length)
    case 3:
      return put(at, at, bytes.subarray(at, at + length))
    case 4: {
      const number = Buffer.alloc(4)
      number.writeUInt32LE(EDGES[random.below(EDGES.length)] ?? 0)
      const width = 1 << random.below(3)
      return put(
        at,
        at + width,
        random.below(2) === 0 ? number.subarray(0, width) : number.subarray(0, width).reverse(),
      )
    }
    case 5: {
      const from = random.below(other.length + 1)
      return put(at, at, other.subarray(from, from + length))
    }
    case 6:
      return put(at, at + random.below(2) * length, words[random.below(words.length)] ?? new Uint8Array())
    case 7:
      return Buffer.concat([bytes.subarray(0, at), other.subarray(random.below(other.length + 1))])
    default:
      return put(at, at + length, Buffer.alloc(length, bytes[at] ?? 0))
  }
}
