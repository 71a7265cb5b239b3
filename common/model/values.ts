import * as z from 'zod'
import { isTimeZone } from './time-zone.ts'

export const Hex = z.string().regex(/^0x(?:[0-9a-f]{2})*$/i, 'not hexadecimal')
export const Hash = z.string().regex(/^0x[0-9a-f]{64}$/i, 'not a 32-byte hash')
/** SHA-256 as files and blocks have it, without a prefix. */
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/)
/** A piece of a file as it goes over the wire, and how long all of it is. */
export const FilePiece = z.object({ chunk: z.base64(), total: z.int() })
export const Address = z.string().regex(/^0x[0-9a-fA-F]{40}$/, 'not an address')
/** Base58 PeerId of an Ed25519 key. */
export const PeerId = z.string().regex(/^12D3KooW[1-9A-HJ-NP-Za-km-z]{44}$/, 'not a PeerId')
export const Units = z
  .bigint()
  .nonnegative()
  .max(2n ** 256n - 1n)
/** Ids that the contracts hand out; they start at 1. */
export const ChainId = z
  .int()
  .min(1)
  .max(2 ** 48)
export const Seconds = z
  .int()
  .min(1)
  .max(2 ** 40 - 1)
/** Chain time: seconds since 1970 as the blocks say. */
export const ChainTime = z.int().nonnegative()

export type Address = z.infer<typeof Address>
export type Hash = z.infer<typeof Hash>

/** A time zone by its name, such as Europe/Vienna. */
export const TimeZone = z.string().max(60).refine(isTimeZone, 'there is no such time zone')
