import type { trainerContract } from '../../../../common/children/trainer.ts'
import type { SupervisedProcess } from '../../../core/processes/supervised.ts'
import { segmentsJury } from '../../verifiers/segments-jury.ts'

/** @param trainer the engine that executes the segments again */
export const verifier = (trainer: SupervisedProcess<typeof trainerContract>) =>
  segmentsJury(
    (claim) => trainer.client.verify({ ...claim, spin: false }),
    () => trainer.stop(),
  )
