import { safeStorage } from 'electron'
import type { KeyringAnswer } from '../../common/shell.ts'

const PROBE = 'hearth'

/**
 * The system's keyring. Nothing is asked of it before a wallet needs it: a locked one asks its owner, and no window
 * waits for that.
 */
export class Keyring {
  #there: Promise<boolean> | undefined

  async seal(text: string): Promise<KeyringAnswer> {
    if (!(await this.#isThere())) return 'none'
    return safeStorage.encryptStringAsync(text).then(
      (bytes) => ({ text: bytes.toString('base64') }),
      () => 'closed' as const,
    )
  }

  async open(text: string): Promise<KeyringAnswer> {
    return safeStorage.decryptStringAsync(Buffer.from(text, 'base64')).then(
      ({ result }) => ({ text: result }),
      () => 'closed' as const,
    )
  }

  /** A keyring that says it is there may still keep nothing: only what comes back counts. */
  #isThere(): Promise<boolean> {
    return (this.#there ??= this.#probe().catch(() => {
      this.#there = undefined
      return false
    }))
  }

  async #probe(): Promise<boolean> {
    // Plain text under the name of a keyring.
    if (process.platform === 'linux' && safeStorage.getSelectedStorageBackend() === 'basic_text') return false
    if (!(await safeStorage.isAsyncEncryptionAvailable())) return false
    const { result } = await safeStorage.decryptStringAsync(await safeStorage.encryptStringAsync(PROBE))
    return result === PROBE
  }
}
