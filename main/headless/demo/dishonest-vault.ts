import { serveVault } from '../../processes/vault/serve.ts'
import { Vault } from '../../processes/vault/vault.ts'

/** A seller's vault that hands over the key of another version than the one that was paid for. */
class DishonestVault extends Vault {
  override sealForBuyer(wanted: Parameters<Vault['sealForBuyer']>[0]): ReturnType<Vault['sealForBuyer']> {
    return super.sealForBuyer({ ...wanted, version: wanted.version + 1 })
  }
}

serveVault(new DishonestVault())
