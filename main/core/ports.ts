/** What a shell gives the host. */

/** Where the platform keeps secrets. `seal` adds the platform's own encryption where a real keyring backs it. */
export interface Secrets {
  /** How the wallet file is protected beside its passphrase, for the person to see. */
  readonly kind: 'passphrase-only' | 'keyring'
  seal(text: string): Promise<string>
  open(sealed: string): Promise<string>
  /** The passphrase of an unattended machine, or null: a person types it. */
  unattendedPassphrase(): Promise<string | null>
}

export interface Notifier {
  notify(title: string, body: string): void
}

/** What a shell knows of the session, and may do to keep the machine awake. */
export interface Power {
  /** Seconds since the owner last touched the machine; null where the shell cannot tell. */
  idleSeconds(): number | null
  /** Keeps the system from sleeping, or lets it. Asked again, it changes nothing. */
  keepAwake(on: boolean): void
}
