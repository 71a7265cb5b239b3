import type { Ask } from '../peers/index.ts'
import type { FileSubject } from './files-route.ts'
import type { SealedFile } from './sealed-file.ts'

/** The other party, and what the files are about. */
export interface Counterparty {
  readonly ask: Ask
  readonly subject: FileSubject
}

/**
 * How sealed files get from one party to another. Those who use it name a file and wait; what carries it stands behind
 * this port. Either call goes on where an earlier one was cut off, and may be repeated.
 */
export interface FileTransfer {
  /** Resolves when the other party has the whole file. */
  send(to: Counterparty, file: SealedFile, onProgress: (bytes: number) => void, signal: AbortSignal): Promise<void>
  /** Resolves when the whole file lies on the shelf here. */
  fetch(from: Counterparty, file: SealedFile, onProgress: (bytes: number) => void, signal: AbortSignal): Promise<void>
}
