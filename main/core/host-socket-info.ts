import { readFileSync, statSync } from 'node:fs'
import { isOwn } from './private-files.ts'

/** Where the host of a data folder listens for command lines and windows, and what they show to be let in. */
export interface HostSocketInfo {
  /** A Unix socket, or a named pipe on Windows. */
  readonly address: string
  readonly token: string
}

/**
 * What the host of a data folder wrote there; null where none did. A host that was killed leaves it behind. Another
 * account's file leads to its host, which would be told passphrases: it is not believed.
 */
export function readHostSocketInfo(path: string): HostSocketInfo | null {
  try {
    if (!isOwn(statSync(path))) return null
    const info: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (typeof info !== 'object' || info === null || !('address' in info) || !('token' in info)) return null
    const { address, token } = info
    return typeof address === 'string' && typeof token === 'string' ? { address, token } : null
  } catch {
    return null
  }
}
