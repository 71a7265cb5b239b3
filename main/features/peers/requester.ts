import type { PeerRecord } from './peer-record.ts'
import type { PeerService } from './peer-service.ts'

/** Asks other machines in this wallet's name. */
export interface Requester {
  readonly account: () => string | null
  readonly record: () => Promise<PeerRecord>
  readonly request: PeerService['request']
}
