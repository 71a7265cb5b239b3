import { hkdfSync } from 'node:crypto'
import { AbiCoder, computeAddress, keccak256, SigningKey, toBeHex, getBytes, hexlify } from 'ethers'

/** secp256k1's group order (SEC 2, 2.4.1). */
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n

/** A point as the DataMarket contract takes it: x, and 27 or 28 for an even or odd y. */
export interface Point {
  readonly x: string
  readonly v: 27 | 28
}

/**
 * A secret of its own for a purpose, out of the wallet's entropy (RFC 5869). The recovery words bring all of them back.
 */
export const derive = (entropy: Uint8Array, purpose: string, bytes: number): Buffer =>
  Buffer.from(hkdfSync('sha256', entropy, Buffer.from('hearth/data/1'), Buffer.from(purpose), bytes))

/** A scalar without bias: 16 bytes more than it needs, reduced (FIPS 186-5, A.2.1). */
export const scalarOf = (wide: Uint8Array): string => toBeHex((BigInt(hexlify(wide)) % (ORDER - 1n)) + 1n, 32)

export function pointOf(secret: string): Point {
  const compressed = new SigningKey(secret).compressedPublicKey
  return { x: `0x${compressed.slice(4)}`, v: compressed.startsWith('0x02') ? 27 : 28 }
}

/**
 * What a key is sealed with: keccak256(address of secret·P, sale), as `DataMarket.complain` computes it; null where P
 * is on no curve.
 */
function padOf(secret: string, { x, v }: Point, sale: number): Uint8Array | null {
  let shared: string
  try {
    shared = new SigningKey(secret).computeSharedSecret(`0x${v === 27 ? '02' : '03'}${x.slice(2)}`)
  } catch {
    return null
  }
  return getBytes(keccak256(AbiCoder.defaultAbiCoder().encode(['address', 'uint256'], [computeAddress(shared), sale])))
}

/** Seals a key for a buyer's point, or opens it with the buyer's secret: both are the same. */
export function wrap(key: string, secret: string, point: Point, sale: number): string | null {
  const pad = padOf(secret, point, sale)
  return pad && hexlify(getBytes(key).map((byte, i) => byte ^ pad[i]!))
}
