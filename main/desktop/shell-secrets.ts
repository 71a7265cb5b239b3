import { HearthError } from '../../common/errors/index.ts'
import type { HostToShell, KeyringAnswer } from '../../common/shell.ts'
import type { Sealed, Secrets } from '../core/ports.ts'

/** A locked keyring asks its owner, who may be away. */
const PATIENCE_MS = 60_000

/** The system's keyring, which Electron's main process alone can ask. */
export class ShellSecrets implements Secrets {
  readonly #ask: (message: HostToShell) => void
  readonly #patienceMs: number
  readonly #waiting = new Map<number, (answer: KeyringAnswer | null) => void>()
  #nextId = 1

  constructor(ask: (message: HostToShell) => void, patienceMs = PATIENCE_MS) {
    this.#ask = ask
    this.#patienceMs = patienceMs
  }

  answered(id: number, answer: KeyringAnswer): void {
    this.#waiting.get(id)?.(answer)
  }

  async seal(text: string): Promise<Sealed> {
    const answer = await this.#keyring('seal', text)
    if (answer === 'none') return { protection: 'passphrase-only', content: text }
    return { protection: 'keyring', content: opened(answer) }
  }

  async open({ protection, content }: Sealed): Promise<string> {
    return protection === 'passphrase-only' ? content : opened(await this.#keyring('open', content))
  }

  unattendedPassphrase(): Promise<null> {
    return Promise.resolve(null)
  }

  async #keyring(kind: 'seal' | 'open', text: string): Promise<KeyringAnswer> {
    const id = this.#nextId++
    const { promise, resolve } = Promise.withResolvers<KeyringAnswer | null>()
    const timer = setTimeout(() => resolve(null), this.#patienceMs)
    this.#waiting.set(id, resolve)
    try {
      this.#ask({ kind, id, text })
      const answer = await promise
      if (answer === null) throw new HearthError('KEYRING_CLOSED', 'the system’s keyring does not answer')
      return answer
    } finally {
      clearTimeout(timer)
      this.#waiting.delete(id)
    }
  }
}

function opened(answer: KeyringAnswer): string {
  if (answer === 'none') throw new HearthError('KEYRING_CLOSED', 'this system has no keyring any more')
  if (answer === 'closed') throw new HearthError('KEYRING_CLOSED', 'the system’s keyring refuses')
  return answer.text
}
