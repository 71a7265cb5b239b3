export { WalletService, type WalletStatus } from './wallet-service.ts'
export { KeystoreFile } from './keystore-file.ts'
export { HeldCoins } from './held-coins.ts'
export { Actions, type Preview } from './actions.ts'
