import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Expectation, trainerContract, Verdict } from '../../../../common/children/trainer.ts'
import type { JobRow } from '../../../../common/model/training-job.ts'
import { expectationOf, type ChainCommitment, type TrainingKind } from '../../../work/kinds/training/index.ts'
import type { SupervisedProcess } from '../../../core/processes/supervised.ts'
import {
  openSealed,
  type Counterparty,
  type FileTransfer,
  type BlobStore,
  type SealedFile,
} from '../../file-transfer/index.ts'
import type { TrainingService } from '../../training/runs/index.ts'
import type { TrainingCustomerPayload } from './customer-job.ts'

interface Ports {
  readonly kind: TrainingKind
  readonly training: TrainingService
  readonly trainer: SupervisedProcess<typeof trainerContract>
  readonly blobs: BlobStore
  readonly exchange: FileTransfer
}

/**
 * How a customer's machine looks at a milestone: fetches the proof, executes the drawn segments again, and takes the
 * result in.
 */
export class MilestoneCheck {
  readonly #ports: Ports

  constructor(ports: Ports) {
    this.#ports = ports
  }

  fetch(machine: Counterparty, file: SealedFile, signal: AbortSignal): Promise<void> {
    return this.#ports.exchange.fetch(machine, file, () => {}, signal)
  }

  /** @param expected null where nobody is left to hold the provider to it */
  async verify(file: SealedFile, run: string, expected: Expectation | null): Promise<Verdict> {
    const { base, data, bundle } = this.paths(run)
    const open = (): Promise<void> => openSealed(this.#ports.blobs.path(file.hash), bundle, file.key)
    const { detail } = await this.#ports.kind.verifier.check({ open, bundle, base, data, expected })
    return detail
  }

  /**
   * Executes again the proof that a run was last shown, for a milestone that was judged before.
   * @param row the job as it was when that milestone was at hand; @returns null where the proof is not here any more
   */
  async verifyAgain(
    { run, work }: Pick<TrainingCustomerPayload, 'run' | 'work'>,
    row: JobRow,
    commitments: readonly ChainCommitment[],
  ): Promise<Verdict | null> {
    if (!this.#ports.training.runs.get(run)) return null
    const { base, data, bundle } = this.paths(run)
    if (!existsSync(bundle) || !existsSync(data)) return null
    const expected = expectationOf(work, row, commitments, true)
    const open = (): Promise<void> => Promise.resolve()
    return (await this.#ports.kind.verifier.check({ open, bundle, base, data, expected })).detail
  }

  /** Lets the run go on from the proof's last checkpoint. */
  async takeIn(file: SealedFile, run: string): Promise<{ step: number; ended: boolean }> {
    const { folder, bundle } = this.paths(run)
    const adopted = await this.#ports.trainer.client.adopt({ bundle, folder })
    await this.#ports.blobs.remove(file.hash)
    return adopted
  }

  paths(run: string): { folder: string; base: string; data: string; bundle: string } {
    const { folder, base } = this.#ports.training.place(run)
    return { folder, base, data: join(folder, 'data.htd'), bundle: join(folder, 'proof.hpb') }
  }

  /** A verification in the middle cannot be interrupted; it is done again. */
  stop(): Promise<void> {
    return this.#ports.kind.verifier.stop()
  }
}
