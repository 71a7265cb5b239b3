import type { Protection } from '../../common/model/protection.ts'

/** What a shell gives the host. */

export interface Sealed {
  readonly protection: Protection
  readonly content: string
}

/** Where the platform keeps secrets. */
export interface Secrets {
  /**
   * Puts a text under the system's keyring where there is one, and leaves it as it is elsewhere.
   * @throws HearthError KEYRING_CLOSED where there is one that does not answer
   */
  seal(text: string): Promise<Sealed>
  /** @throws HearthError KEYRING_CLOSED where the keyring is not here, refuses, or does not answer */
  open(sealed: Sealed): Promise<string>
  /** The passphrase of an unattended machine, or null: a person types it. */
  unattendedPassphrase(): Promise<string | null>
}

export interface Notifier {
  notify(title: string, body: string): void
}

/** Shows a file of this machine where it lies, among the others of its folder; it is not opened. */
export type ShowFile = (path: string) => void

/** What a shell knows of the session, and may do to keep the machine awake. */
export interface Power {
  /** Seconds since the owner last touched the machine; null where the shell cannot tell. */
  idleSeconds(): number | null
  /** Keeps the system from sleeping, or lets it. Asked again, it changes nothing. */
  keepAwake(on: boolean): void
}
