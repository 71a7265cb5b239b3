import { HearthError } from '../../../common/errors/index.ts'
import type { PartyService } from '../peers/index.ts'
import type { BlobStore } from './blob-store.ts'
import type { FileMessages, FileSubject } from './files-route.ts'
import type { SealedFile } from './sealed-file.ts'

/** What one party may bring for a subject and take of it. */
export interface FileTicket {
  /** Files that were announced. */
  readonly brings: readonly SealedFile[]
  /** Hashes of files that lie here for the party. */
  readonly takes: readonly string[]
  /** Once nothing more is needed, every announced file counts as whole. */
  readonly open: boolean
  /** Called each time that a file has become whole; a repeated last chunk calls it again. */
  readonly onWhole: () => Promise<void>
}
/** @throws HearthError NOT_FOUND or NOT_A_PARTY */
export type TicketOf = (id: number, wallet: string) => FileTicket

/** Answers the files route. Which files a wallet may bring or take is said by whoever owns the subject. */
export class FileAnswers implements PartyService<FileSubject, FileMessages, FileTicket> {
  readonly #blobs: BlobStore
  readonly #owners: ReadonlyMap<string, TicketOf>

  /** @param owners by the kind of subject */
  constructor(blobs: BlobStore, owners: Readonly<Record<string, TicketOf>>) {
    this.#blobs = blobs
    this.#owners = new Map(Object.entries(owners))
  }

  readonly party = ({ kind, id }: FileSubject, wallet: string): FileTicket => {
    const ticketOf = this.#owners.get(kind)
    if (!ticketOf) throw new HearthError('BAD_MESSAGE', `no files of the kind ${kind} are exchanged here`)
    return ticketOf(id, wallet)
  }

  readonly answers: PartyService<FileSubject, FileMessages, FileTicket>['answers'] = {
    put: async ({ message: { hash, offset }, party: ticket, body }) => {
      const file = ticket.brings.find((item) => item.hash === hash)
      if (!file) throw new HearthError('BAD_MESSAGE', 'this file was not announced')
      if (!ticket.open) return { message: { received: file.bytes } }
      const received = await this.#blobs.put(file, offset, body)
      if (received === file.bytes) await ticket.onWhole()
      return { message: { received } }
    },
    get: async ({ message: { hash, offset, length }, party: ticket }) => {
      if (!ticket.takes.includes(hash)) throw new HearthError('NOT_FOUND', 'this file is not for you')
      return { message: {}, body: await this.#blobs.read(hash, offset, length) }
    },
  }
}
