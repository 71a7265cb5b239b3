import type { TypedDataDomain, TypedDataField } from 'ethers'
import type { ContractAddresses } from './contracts.ts'

type Types = Record<string, TypedDataField[]>

/** EIP-712 receipt for seconds served; `Market.RECEIPT_TYPEHASH`. */
export const receiptTypes: Types = {
  Receipt: [
    { name: 'order', type: 'uint256' },
    { name: 'provider', type: 'address' },
    { name: 'price', type: 'uint96' },
    { name: 'served', type: 'uint40' },
    { name: 'finished', type: 'bool' },
  ],
}

/** EIP-2612 permit, by which a deposit needs no approval of its own. */
export const permitTypes: Types = {
  Permit: [
    { name: 'owner', type: 'address' },
    { name: 'spender', type: 'address' },
    { name: 'value', type: 'uint256' },
    { name: 'nonce', type: 'uint256' },
    { name: 'deadline', type: 'uint256' },
  ],
}

/** Binds a peer's key to a wallet for one network, until it expires (chain time). */
export const peerRecordTypes: Types = {
  PeerRecord: [
    { name: 'wallet', type: 'address' },
    { name: 'peer', type: 'bytes32' },
    { name: 'expires', type: 'uint256' },
  ],
}

export const marketDomain = (chainId: number, contracts: ContractAddresses): TypedDataDomain => ({
  name: 'Hearth Market',
  version: '1',
  chainId,
  verifyingContract: contracts.market,
})
export const coinDomain = (chainId: number, contracts: ContractAddresses): TypedDataDomain => ({
  name: 'Hearth practice coin',
  version: '1',
  chainId,
  verifyingContract: contracts.coin,
})
export const peerDomain = (chainId: number, contracts: ContractAddresses): TypedDataDomain => ({
  name: 'Hearth Peer',
  version: '1',
  chainId,
  verifyingContract: contracts.market,
})
