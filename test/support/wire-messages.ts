import { varint } from 'multiformats'

/** One field of a protocol-buffers message. */
function field(number: number, value: Uint8Array | number): Buffer {
  const bytes = typeof value === 'number' ? encoded(value) : Buffer.concat([encoded(value.length), value])
  return Buffer.concat([encoded(number * 8 + (typeof value === 'number' ? 0 : 2)), bytes])
}

const encoded = (value: number): Uint8Array => varint.encodeTo(value, new Uint8Array(varint.encodingLength(value)))

/** A want list of bitswap with its length before it (https://specs.ipfs.tech/bitswap-protocol/). */
export function wantBlocks(cids: readonly Uint8Array[]): Buffer {
  const entries = cids.map((cid) => field(1, Buffer.concat([field(1, cid), field(2, 1), field(5, 1)])))
  const message = field(1, Buffer.concat(entries))
  return Buffer.concat([encoded(message.length), message])
}

/**
 * A message that says to a node of a DHT that a peer provides something (ADD_PROVIDER of
 * https://github.com/libp2p/specs/tree/master/kad-dht), with its length before it.
 */
export function addProvider(cid: Uint8Array, peer: Uint8Array, address: Uint8Array): Buffer {
  const provider = Buffer.concat([field(1, peer), field(2, address)])
  const message = Buffer.concat([field(1, 2), field(2, cid), field(9, provider)])
  return Buffer.concat([encoded(message.length), message])
}
