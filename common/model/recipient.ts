import { getAddress, ZeroAddress } from 'ethers'
import { Address } from './values.ts'

/** What is wrong with the address that coins are to be sent to: its form, its check, or that it belongs to nobody. */
export type RecipientProblem = 'address' | 'checksum' | 'nobody'

/** Null where nothing is wrong. An address all in lower or all in upper case carries no check. */
export function recipientProblem(text: string): RecipientProblem | null {
  if (!Address.safeParse(text).success) return 'address'
  if (text.toLowerCase() === ZeroAddress) return 'nobody'
  try {
    getAddress(text)
    return null
  } catch {
    return 'checksum'
  }
}
