import { readFile, stat } from 'node:fs/promises'
import { HearthError } from '../../common/errors/index.ts'
import type { Sealed, Secrets } from '../core/ports.ts'
import { isOwn } from '../core/private-files.ts'

/**
 * A machine without a keyring: the passphrase alone protects the wallet, from a file where nobody is there to type it.
 */
export class PassphraseSecrets implements Secrets {
  readonly #file: string | null

  constructor(file: string | null) {
    this.#file = file
  }

  seal(text: string): Promise<Sealed> {
    return Promise.resolve({ protection: 'passphrase-only', content: text })
  }

  open({ protection, content }: Sealed): Promise<string> {
    return protection === 'passphrase-only'
      ? Promise.resolve(content)
      : Promise.reject(
          new HearthError(
            'KEYRING_CLOSED',
            'the wallet file is under the system’s keyring, which the desktop app alone can ask; it was left as it is. ' +
              'Keep the desktop app open and use the command line beside it',
          ),
        )
  }

  async unattendedPassphrase(): Promise<string | null> {
    if (this.#file === null) return null
    if (!isOwn(await stat(this.#file)))
      throw new HearthError(
        'BAD_INPUT',
        'the passphrase file can be read by others, or belongs to another account; run chown and chmod 600',
      )
    return (await readFile(this.#file, 'utf8')).replace(/\r?\n$/, '')
  }
}
