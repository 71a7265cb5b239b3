import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import * as z from 'zod'
import { Keystore } from '../../../common/children/vault.ts'
import { HearthError } from '../../../common/errors/index.ts'
import { Protection } from '../../../common/model/protection.ts'
import { writeFileAtomic } from '../../core/files.ts'
import type { Secrets } from '../../core/ports.ts'

const Envelope = z.strictObject({ protection: Protection, content: z.string() })

/** The wallet file: the vault's sealed keystore, once more under the system's keyring where there is one. */
export class KeystoreFile {
  readonly #path: string
  readonly #secrets: Secrets
  #protection: Protection | null = null

  constructor(path: string, secrets: Secrets) {
    this.#path = path
    this.#secrets = secrets
  }

  get exists(): boolean {
    return existsSync(this.#path)
  }

  /** What protects the file beside the passphrase; null before it was read or written. */
  get protection(): Protection | null {
    return this.#protection
  }

  /**
   * @param onKeyring told before the system's keyring is asked, which may wait for a person
   * @throws HearthError NO_WALLET, KEYRING_CLOSED or KEYSTORE_DAMAGED; the file is never touched by reading
   */
  async read(onKeyring: () => void = () => {}): Promise<Keystore> {
    if (!this.exists) throw new HearthError('NO_WALLET', 'there is no wallet in this data folder yet')
    try {
      const sealed = Envelope.parse(JSON.parse(await readFile(this.#path, 'utf8')))
      this.#protection = sealed.protection
      if (sealed.protection === 'keyring') onKeyring()
      return Keystore.parse(JSON.parse(await this.#secrets.open(sealed)))
    } catch (error) {
      if (error instanceof HearthError && error.code === 'KEYRING_CLOSED') throw error
      throw new HearthError(
        'KEYSTORE_DAMAGED',
        'the wallet file cannot be read; it was left as it is. Import your recovery words into a new data folder.',
        {},
        { cause: error },
      )
    }
  }

  async write(keystore: Keystore): Promise<void> {
    const sealed = await this.#secrets.seal(JSON.stringify(keystore))
    await writeFileAtomic(this.#path, `${JSON.stringify(sealed)}\n`)
    this.#protection = sealed.protection
  }
}
