import type { exactInferenceContract } from '../../../../common/children/exact-inference.ts'
import type { SupervisedProcess } from '../../../core/processes/supervised.ts'
import { resample } from '../../verifiers/resample.ts'
import type { WorkSpec } from './spec.ts'

/** Rows are computed again by the reference, which shares no code with the backends. */
export const verifier = (checker: SupervisedProcess<typeof exactInferenceContract>) =>
  resample<WorkSpec>(
    'row',
    async ({ folder }, rows) => (await checker.client.recheck({ folder, rows: [...rows] })).mismatch,
    () => checker.stop(),
  )
