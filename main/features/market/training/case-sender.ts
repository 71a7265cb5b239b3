import { messageOf } from '../../../../common/errors/index.ts'
import type { JobRow, TrainingWork } from '../../../../common/model/training-job.ts'
import type { Log } from '../../../core/log/log.ts'
import type { FileTransfer, BlobStore, SealedFile } from '../../file-transfer/index.ts'
import type { MarketRepository } from '../compute/index.ts'
import type { Ask, PeerAddress } from '../../peers/index.ts'
import { juryRoute } from './job-messages.ts'
import type { JobRepository } from './job-repository.ts'

interface Ports {
  readonly reads: JobRepository
  readonly market: MarketRepository
  readonly blobs: BlobStore
  readonly exchange: FileTransfer
  readonly ask: (machine: PeerAddress) => Ask
  readonly log: Log
}

interface Case {
  readonly files: { readonly data: SealedFile; readonly proof: SealedFile }
  readonly shown: Set<string>
}

/** Shows a disputed proof and its data to the jurors. Either party may; an honest one has every reason to. */
export class CaseSender {
  readonly #ports: Ports
  readonly #cases = new Map<number, Promise<Case>>()
  readonly #busy = new Set<number>()

  constructor(ports: Ports) {
    this.#ports = ports
  }

  /** Begins or goes on showing a case, beside whatever else is going on. */
  show(row: JobRow, work: TrainingWork, paths: { readonly data: string; readonly proof: string }): void {
    if (this.#busy.has(row.id)) return
    this.#busy.add(row.id)
    void this.#showAll(row, work, paths)
      .catch((error: unknown) =>
        this.#ports.log.info('a case could not be shown; it is tried again', { job: row.id, error: messageOf(error) }),
      )
      .finally(() => this.#busy.delete(row.id))
  }

  /** Forgets a case that is over. */
  async drop(job: number): Promise<void> {
    const known = await this.#cases.get(job)?.catch(() => null)
    this.#cases.delete(job)
    if (known) for (const file of Object.values(known.files)) await this.#ports.blobs.remove(file.hash)
  }

  async #showAll(
    row: JobRow,
    work: TrainingWork,
    paths: { readonly data: string; readonly proof: string },
  ): Promise<void> {
    const waiting = this.#ports.reads.jurors(row.id)
    if (waiting.length === 0) return
    const known = this.#cases.get(row.id) ?? this.#seal(paths)
    this.#cases.set(row.id, known)
    known.catch(() => this.#cases.delete(row.id))
    const { files, shown } = await known
    for (const { juror } of waiting) {
      if (shown.has(juror)) continue
      const machine = this.#ports.market
        .liveMachines()
        .find(({ owner, addresses }) => owner === juror && addresses.length > 0)
      if (!machine) continue
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
      shown.add(juror)
    }
  }

  async #seal({ data, proof }: { readonly data: string; readonly proof: string }): Promise<Case> {
    return {
      files: { data: await this.#ports.blobs.add(data), proof: await this.#ports.blobs.add(proof) },
      shown: new Set(),
    }
  }
}
