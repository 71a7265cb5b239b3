import { oc } from '@orpc/contract'
import * as z from 'zod'
import { Verdict } from '../children/trainer.ts'
import { ProofFacts } from '../model/proof.ts'

const Upload = z.uuid()

/** Proofs of training that somebody handed over, executed again on this machine. */
export const proofsContract = {
  /** @param upload a bundle that was handed over by `training.putData` @throws PROOF_FAILED, NOT_FOUND */
  inspect: oc.input(z.object({ upload: Upload })).output(
    z.object({
      facts: ProofFacts,
      /** Whether its base model is among those that were shown to Hearth. */ base: z.boolean(),
      /** The run here that has its prepared data, or null. */ run: z.object({ name: z.string() }).nullable(),
    }),
  ),
  /**
   * Executes the drawn segments again, a task that may take long.
   * @param data an upload of the prepared data, where no run here has it
   * @throws BASE_MISSING, RECIPE_MISMATCH, DATASET_BROKEN, PROOF_FAILED, ABORTED
   */
  verify: oc.input(z.object({ upload: Upload, data: Upload.nullable() })).output(Verdict),
}
