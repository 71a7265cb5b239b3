export type { Counterparty, FileTransfer } from './file-transfer.ts'
export { BlobStore } from './blob-store.ts'
export { PeerFileTransfer } from './peer-file-transfer.ts'
export { openSealed, type SealedFile } from './sealed-file.ts'
