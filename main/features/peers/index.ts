export { PeerService, type PeerAnswer, type PeerRequest } from './peer-service.ts'
export { PeerWallets } from './peer-wallets.ts'
export { PeerRecord, walletOfPeer } from './peer-record.ts'
export { keyOfPeerId, peerIdOfKey } from './peer-key.ts'
