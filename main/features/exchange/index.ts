export type { Counterparty, FileExchange } from './file-exchange.ts'
export { FileShelf } from './file-shelf.ts'
export { PeerExchange } from './peer-exchange.ts'
export { openSealed, type SealedFile } from './sealed-file.ts'
