import { vaultContract } from '../../../common/children/vault.ts'
import { implement, serveChild } from '../../core/processes/child-frame.ts'
import { Vault } from './vault.ts'

const vault = new Vault()
const os = implement(vaultContract)

serveChild(
  os.router({
    create: os.create.handler(({ input }) => vault.create(input.passphrase)),
    import: os.import.handler(({ input }) => vault.import(input.mnemonic, input.passphrase)),
    unlock: os.unlock.handler(({ input }) => vault.unlock(input.keystore, input.passphrase)),
    lock: os.lock.handler(() => (vault.lock(), {})),
    reveal: os.reveal.handler(async ({ input }) => ({ words: await vault.reveal(input.keystore, input.passphrase) })),
    challenge: os.challenge.handler(() => ({ positions: vault.challenge() })),
    confirm: os.confirm.handler(({ input }) => vault.confirm(input.keystore, input.words)),
    sign: os.sign.handler(({ input }) => vault.sign(input.network, input.intent)),
  }),
)
