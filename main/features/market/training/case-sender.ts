import type { SeatRow } from '../../../../common/model/dispute.ts'
import { messageOf } from '../../../../common/errors/index.ts'
import type { JobRow, TrainingWork } from '../../../../common/model/training-job.ts'
import type { Log } from '../../../core/log/log.ts'
import type { FileTransfer, BlobStore, SealedFile } from '../../file-transfer/index.ts'
import type { MarketRepository } from '../compute/index.ts'
import type { Ask, PeerAddress } from '../../peers/index.ts'
import { juryRoute } from './job-messages.ts'

interface Ports {
  readonly market: Pick<MarketRepository, 'machine'>
  readonly blobs: Pick<BlobStore, 'add' | 'remove'>
  readonly exchange: Pick<FileTransfer, 'send'>
  readonly ask: (machine: PeerAddress) => Ask
  readonly log: Log
}

interface Case {
  readonly files: { readonly data: SealedFile; readonly proof: SealedFile }
  /** Machines that have seen it, and those that are being shown it. */
  readonly shown: Set<number>
  readonly busy: Set<number>
}
interface Paths {
  readonly data: string
  readonly proof: string
}

/** Shows a disputed proof and its data to the jurors. Either party may; an honest one has every reason to. */
export class CaseSender {
  readonly #ports: Ports
  readonly #cases = new Map<number, Promise<Case>>()

  constructor(ports: Ports) {
    this.#ports = ports
  }

  /** Begins or goes on showing a case to those who are to judge it, beside whatever else is going on. */
  show(row: JobRow, work: TrainingWork, paths: Paths, seats: readonly SeatRow[]): void {
    const waiting = seats.filter(({ state }) => state === 'drawn')
    if (waiting.length > 0)
      void this.#showAll(row, work, paths, waiting).catch((error: unknown) => this.#say(row, error))
  }

  /** Forgets a case that is over. */
  async drop(job: number): Promise<void> {
    const known = await this.#cases.get(job)?.catch(() => null)
    this.#cases.delete(job)
    if (known) for (const file of Object.values(known.files)) await this.#ports.blobs.remove(file.hash)
  }

  async #showAll(row: JobRow, work: TrainingWork, paths: Paths, waiting: readonly SeatRow[]): Promise<void> {
    const known = this.#cases.get(row.id) ?? this.#seal(paths)
    this.#cases.set(row.id, known)
    known.catch(() => this.#cases.delete(row.id))
    const it = await known
    // Each by itself: one that takes its time keeps the case from no other.
    for (const { machine } of waiting) {
      if (it.shown.has(machine) || it.busy.has(machine)) continue
      it.busy.add(machine)
      void this.#showOne(row, work, it, machine)
        .catch((error: unknown) => this.#say(row, error))
        .finally(() => it.busy.delete(machine))
    }
  }

  async #showOne(row: JobRow, work: TrainingWork, { files, shown }: Case, id: number): Promise<void> {
    const machine = this.#ports.market.machine(id)
    if (!machine || machine.addresses.length === 0) return
    const ask = this.#ports.ask(machine)
    const { message } = await ask(juryRoute, { job: row.id }, { type: 'show', work, ...files })
    if (message.wanted)
      for (const file of Object.values(files))
        await this.#ports.exchange.send(
          { ask, subject: { kind: 'case', id: row.id } },
          file,
          () => {},
          new AbortController().signal,
        )
    shown.add(id)
  }

  #say({ id }: JobRow, error: unknown): void {
    this.#ports.log.info('a case could not be shown; it is tried again', { job: id, error: messageOf(error) })
  }

  async #seal({ data, proof }: Paths): Promise<Case> {
    return {
      files: { data: await this.#ports.blobs.add(data), proof: await this.#ports.blobs.add(proof) },
      shown: new Set(),
      busy: new Set(),
    }
  }
}
