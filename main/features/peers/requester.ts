import type { PeerAddress } from './peer-service.ts'
import type { Ask } from './route.ts'

/** Asks other machines in this wallet's name. */
export interface Requester {
  readonly account: () => string | null
  readonly ask: (machine: PeerAddress) => Ask
}
