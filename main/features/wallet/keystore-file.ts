import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import * as z from 'zod'
import { Keystore } from '../../../common/children/vault.ts'
import { HearthError } from '../../../common/errors/index.ts'
import { writeFileAtomic } from '../../core/files.ts'
import type { Secrets } from '../../core/ports.ts'

const Envelope = z.strictObject({ protection: z.enum(['passphrase-only', 'keyring']), content: z.string() })

/** The wallet file: the vault's sealed keystore, once more under the system's keyring where there is one. */
export class KeystoreFile {
  readonly #path: string
  readonly #secrets: Secrets

  constructor(path: string, secrets: Secrets) {
    this.#path = path
    this.#secrets = secrets
  }

  get exists(): boolean {
    return existsSync(this.#path)
  }

  /** @throws HearthError NO_WALLET or KEYSTORE_DAMAGED; the file is never touched by reading. */
  async read(): Promise<Keystore> {
    if (!this.exists) throw new HearthError('NO_WALLET', 'there is no wallet in this data folder yet')
    try {
      const envelope = Envelope.parse(JSON.parse(await readFile(this.#path, 'utf8')))
      const content = envelope.protection === 'keyring' ? await this.#secrets.open(envelope.content) : envelope.content
      return Keystore.parse(JSON.parse(content))
    } catch (error) {
      throw new HearthError(
        'KEYSTORE_DAMAGED',
        'the wallet file cannot be read; it was left as it is. Import your recovery words into a new data folder.',
        {},
        { cause: error },
      )
    }
  }

  async write(keystore: Keystore): Promise<void> {
    const plain = JSON.stringify(keystore)
    const content = this.#secrets.kind === 'keyring' ? await this.#secrets.seal(plain) : plain
    await writeFileAtomic(this.#path, `${JSON.stringify({ protection: this.#secrets.kind, content })}\n`)
  }
}
