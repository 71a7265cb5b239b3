import { serveVault } from './serve.ts'
import { Vault } from './vault.ts'

serveVault(new Vault())
