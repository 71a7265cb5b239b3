import type { Foundation, Module } from '../../core/module.ts'
import type { Secrets } from '../../core/ports.ts'
import type { Network } from '../chain/index.ts'
import { KeystoreFile } from './keystore-file.ts'
import { WalletService } from './wallet-service.ts'

/** The wallet, whose keys stay in the vault process. What it sends is in the module of transactions. */
export function walletModule({
  config,
  log,
  paths,
  processes,
  secrets,
  network: { chainId, contracts, feeCap },
}: Foundation & { readonly network: Network; readonly secrets: Secrets }) {
  const network = { chainId, contracts, feeCap: String(feeCap) }
  const file = new KeystoreFile(paths.keystore, secrets)
  const wallet = new WalletService({ vault: processes.vault, file, secrets, config, network, log })
  return { services: { wallet }, start: [wallet], api: {} } satisfies Module
}
