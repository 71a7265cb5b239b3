import type { VaultNetwork } from '../../../common/children/vault.ts'
import type { Foundation, Module } from '../../core/module.ts'
import type { Secrets } from '../../core/ports.ts'
import { KeystoreFile } from './keystore-file.ts'
import { WalletService } from './wallet-service.ts'

/** The wallet, whose keys stay in the vault process. What it sends is in the module of transactions. */
export function walletModule({
  config,
  log,
  paths,
  processes,
  secrets,
  signedFor,
}: Foundation & { readonly secrets: Secrets; readonly signedFor: VaultNetwork }) {
  const file = new KeystoreFile(paths.keystore, secrets)
  const wallet = new WalletService({ vault: processes.vault, file, secrets, config, network: signedFor, log })
  return { services: { wallet }, start: [wallet], api: {} } satisfies Module
}
