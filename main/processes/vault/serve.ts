import { vaultContract } from '../../../common/children/vault.ts'
import { implement, serveChild } from '../../core/processes/child-frame.ts'
import type { Vault } from './vault.ts'

const os = implement(vaultContract)

/** The vault's contract, answered by a vault. */
export const vaultRouter = (vault: Vault) =>
  os.router({
    create: os.create.handler(({ input }) => vault.create(input.passphrase, input.network)),
    import: os.import.handler(({ input }) => vault.import(input.mnemonic, input.passphrase, input.network)),
    unlock: os.unlock.handler(({ input }) => vault.unlock(input.keystore, input.passphrase, input.network)),
    trust: os.trust.handler(({ input }) => vault.trust(input.keystore, input.passphrase, input.network)),
    lock: os.lock.handler(() => (vault.lock(), {})),
    reveal: os.reveal.handler(async ({ input }) => ({ words: await vault.reveal(input.keystore, input.passphrase) })),
    challenge: os.challenge.handler(() => ({ positions: vault.challenge() })),
    confirm: os.confirm.handler(({ input }) => vault.confirm(input.keystore, input.words)),
    dataKey: os.dataKey.handler(({ input }) => ({ key: vault.dataKey(input) })),
    sealForBuyer: os.sealForBuyer.handler(({ input }) => vault.sealForBuyer(input)),
    purchaseKey: os.purchaseKey.handler(({ input }) => vault.purchaseKey(input)),
    openDelivery: os.openDelivery.handler(({ input }) => ({ key: vault.openDelivery(input) })),
    purchaseSecret: os.purchaseSecret.handler(({ input }) => ({ secret: vault.purchaseSecret(input) })),
    sign: os.sign.handler(({ input }) => vault.sign(input.network, input.intent)),
  })

/** Answers the host's calls with a vault. */
export const serveVault = (vault: Vault): void => serveChild(vaultRouter(vault))
