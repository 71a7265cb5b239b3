import { Wallet } from 'ethers'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { expect, test } from 'vitest'
import { peerDomain, peerRecordTypes } from '../../../common/chain/typed-data.ts'
import { keyOfPeerId, peerIdOfKey } from './peer-key.ts'
import { walletOfPeer } from './peer-record.ts'
import { someContracts } from '../../../test/support/contracts.ts'

const network = {
  chainId: 31_337,
  contracts: someContracts,
}

test('a PeerId and the key that the chain names are each other’s inverse, as libp2p has them', async () => {
  for (let i = 0; i < 5; i++) {
    const peerId = peerIdFromPrivateKey(await generateKeyPair('Ed25519'))
    const key = keyOfPeerId(peerId.toString())
    expect(key).toBe(`0x${Buffer.from(peerId.publicKey!.raw).toString('hex')}`)
    expect(peerIdOfKey(key)).toBe(peerId.toString())
  }
})

test('a record speaks for the wallet that signed it, for its own peer, until it expires', async () => {
  const wallet = Wallet.createRandom()
  const peer = `0x${'aa'.repeat(32)}`
  const body = { wallet: wallet.address, peer, expires: 1000 }
  const record = {
    ...body,
    signature: await wallet.signTypedData(peerDomain(network.chainId, network.contracts), peerRecordTypes, body),
  }
  expect(walletOfPeer(network, record, peer, 999)).toBe(wallet.address.toLowerCase())
  const refused = [
    () => walletOfPeer(network, record, `0x${'bb'.repeat(32)}`, 999),
    () => walletOfPeer(network, record, peer, 1001),
    () => walletOfPeer(network, { ...record, wallet: Wallet.createRandom().address }, peer, 999),
    () => walletOfPeer(network, { ...record, expires: 2000 }, peer, 999),
    () => walletOfPeer({ ...network, chainId: 1 }, record, peer, 999),
    () => walletOfPeer(network, { ...record, signature: '0x00' }, peer, 999),
  ]
  for (const attempt of refused) expect(attempt).toThrow(expect.objectContaining({ code: 'RECORD_INVALID' }))
})
