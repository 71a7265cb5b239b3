import { varint } from 'multiformats'

/** One field of a protocol-buffers message. */
export function field(number: number, value: Uint8Array | number): Buffer {
  const bytes = typeof value === 'number' ? encoded(value) : Buffer.concat([encoded(value.length), value])
  return Buffer.concat([encoded(number * 8 + (typeof value === 'number' ? 0 : 2)), bytes])
}

export const encoded = (value: number): Uint8Array =>
  varint.encodeTo(value, new Uint8Array(varint.encodingLength(value)))

/** A message with its length before it. */
export const framed = (message: Uint8Array): Buffer => Buffer.concat([encoded(message.length), message])

/** A want list of bitswap of so many wants of nothing, two bytes each, with its length before it. */
export const emptyWants = (count: number): Buffer =>
  framed(field(1, Buffer.from(Uint8Array.from({ length: 2 * count }, (_, i) => (i % 2 === 0 ? 0x0a : 0)))))

/** A want list of bitswap with its length before it (https://specs.ipfs.tech/bitswap-protocol/). */
export function wantBlocks(cids: readonly Uint8Array[]): Buffer {
  const entries = cids.map((cid) => field(1, Buffer.concat([field(1, cid), field(2, 1), field(5, 1)])))
  return framed(field(1, Buffer.concat(entries)))
}

/**
 * A message that says to a node of a DHT that a peer provides something (ADD_PROVIDER of
 * https://github.com/libp2p/specs/tree/master/kad-dht), with its length before it.
 */
export function addProvider(cid: Uint8Array, peer: Uint8Array, address: Uint8Array): Buffer {
  const provider = Buffer.concat([field(1, peer), field(2, address)])
  return framed(Buffer.concat([field(1, 2), field(2, cid), field(9, provider)]))
}
