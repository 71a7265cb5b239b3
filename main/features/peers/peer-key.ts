import { decodeBase58, encodeBase58, getBytes, hexlify, concat } from 'ethers'
import { HearthError } from '../../../common/errors/index.ts'

/** identity multihash (0x00, 36 bytes) of a libp2p public key message of type Ed25519 (0x08 0x01, 0x12 0x20). */
const PREFIX = '0x002408011220'

/** The Ed25519 public key that a PeerId of such a key holds (libp2p peer-ids specification). */
export function keyOfPeerId(peerId: string): string {
  const hex = `0x${decodeBase58(peerId).toString(16).padStart(76, '0')}`
  if (hex.length !== 78 || !hex.startsWith(PREFIX))
    throw new HearthError('BAD_INPUT', 'not the PeerId of an Ed25519 key')
  return `0x${hex.slice(PREFIX.length)}`
}

export function peerIdOfKey(key: string): string {
  // Base58 writes leading zero bytes as ones; the multihash begins with one.
  return encodeBase58(getBytes(hexlify(concat([PREFIX, key])))).replace(/^1*/, '1')
}
