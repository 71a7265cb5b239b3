import { verifyTypedData } from 'ethers'
import * as z from 'zod'
import { peerDomain, peerRecordTypes } from '../../../common/chain/typed-data.ts'
import type { VaultNetwork } from '../../../common/children/vault.ts'
import { HearthError } from '../../../common/errors/index.ts'
import { Address, Hash, Hex } from '../../../common/model/values.ts'

/** A wallet's signed word that a peer speaks for it (EIP-712), good until `expires` in chain time. */
export const PeerRecord = z.strictObject({
  wallet: Address,
  peer: Hash,
  expires: z.int().positive(),
  signature: Hex.max(200),
})
export type PeerRecord = z.infer<typeof PeerRecord>

/**
 * The wallet that a peer has proven to speak for.
 * @param key the key of the peer that is really on the line
 * @throws HearthError RECORD_INVALID
 */
export function walletOfPeer(network: VaultNetwork, record: PeerRecord, key: string, chainTime: number): string {
  if (record.peer.toLowerCase() !== key.toLowerCase())
    throw new HearthError('RECORD_INVALID', 'the record names another peer')
  if (record.expires < chainTime) throw new HearthError('RECORD_INVALID', 'the record has expired')
  const { signature, ...body } = record
  try {
    const signer = verifyTypedData(peerDomain(network.chainId, network.contracts), peerRecordTypes, body, signature)
    if (signer.toLowerCase() === record.wallet.toLowerCase()) return signer.toLowerCase()
  } catch {
    // A signature of the wrong form is as bad as a wrong one.
  }
  throw new HearthError('RECORD_INVALID', 'the record is not signed by the wallet that it names')
}
