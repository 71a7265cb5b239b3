import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Api } from '../../common/api/index.ts'
import { writeFileAtomic } from '../core/files.ts'
import type { Secrets } from '../core/ports.ts'
import { confirmBackup } from '../features/wallet/commands/back-up.ts'
import { until } from '../cli/act.ts'

/** Below this it takes more practice coins. */
const LOW = 30n * 10n ** 18n
const passphraseOf = (folder: string): string => join(folder, 'passphrase')

/** Its coins are practice coins, so its passphrase lies beside its wallet. */
export const walletSecrets = (folder: string): Secrets => ({
  seal: (content) => Promise.resolve({ protection: 'passphrase-only', content }),
  open: ({ content }) => Promise.resolve(content),
  unattendedPassphrase: () =>
    Promise.resolve(existsSync(passphraseOf(folder)) ? readFileSync(passphraseOf(folder), 'utf8') : null),
})

/** A wallet with coins in the market, made where there is none. @returns its address */
export async function openWallet(api: Api, folder: string): Promise<string> {
  if (!existsSync(passphraseOf(folder)))
    await writeFileAtomic(passphraseOf(folder), randomBytes(18).toString('base64url'))
  const passphrase = readFileSync(passphraseOf(folder), 'utf8')
  const { wallet } = await api.system.overview({})
  const { address, backedUp } = wallet.state === 'none' ? await api.wallet.create({ passphrase }) : wallet
  if (!backedUp) await confirmBackup(api, passphrase)
  await keepFunded(api)
  return address!
}

/** Takes practice coins where what it could spend runs low; each action deposits what it lacks. */
export async function keepFunded(api: Api): Promise<void> {
  const { wallet, market } = await until('the balances', async () => (await api.system.overview({})).balances)
  if ((wallet ?? 0n) + market < LOW) await api.wallet.faucet({})
}
