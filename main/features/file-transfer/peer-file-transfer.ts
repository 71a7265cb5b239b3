import { MAX_CHUNK_BYTES } from '../../../common/children/peer.ts'
import { HearthError } from '../../../common/errors/index.ts'
import type { Counterparty, FileTransfer } from './file-transfer.ts'
import type { BlobStore } from './blob-store.ts'
import { filesRoute } from './files-route.ts'
import type { SealedFile } from './sealed-file.ts'

const CHUNK_TIMEOUT_MS = 60_000

/** Files chunk by chunk over the parties' own line, both ways at the bidding of the side that dials. */
export class PeerFileTransfer implements FileTransfer {
  readonly #blobs: BlobStore

  constructor(blobs: BlobStore) {
    this.#blobs = blobs
  }

  async send(
    to: Counterparty,
    { hash, bytes }: SealedFile,
    onProgress: (bytes: number) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const put = async (offset: number, chunk: Buffer | null): Promise<number> =>
      (await to.ask(filesRoute, to.subject, { type: 'put', hash, offset }, chunk, CHUNK_TIMEOUT_MS)).message.received
    let sent = await put(0, null)
    while (sent < bytes && !signal.aborted) {
      const next = await put(sent, await this.#blobs.read(hash, sent, Math.min(MAX_CHUNK_BYTES, bytes - sent)))
      if (next > bytes || next === sent) throw new HearthError('PEER_LIED', 'the machine does not take the file')
      onProgress((sent = next))
    }
  }

  async fetch(
    from: Counterparty,
    file: SealedFile,
    onProgress: (bytes: number) => void,
    signal: AbortSignal,
  ): Promise<void> {
    let received = await this.#blobs.received(file)
    while (received < file.bytes && !signal.aborted) {
      const length = Math.min(MAX_CHUNK_BYTES, file.bytes - received)
      const { body } = await from.ask(
        filesRoute,
        from.subject,
        { type: 'get', hash: file.hash, offset: received, length },
        null,
        CHUNK_TIMEOUT_MS,
      )
      if (!body || body.length === 0 || body.length > length)
        throw new HearthError('PEER_LIED', 'the machine sent a part of the wrong size')
      onProgress((received = await this.#blobs.put(file, received, body)))
    }
  }
}
