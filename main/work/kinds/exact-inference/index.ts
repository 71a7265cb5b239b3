import { join } from 'node:path'
import * as z from 'zod'
import type { exactInferenceContract } from '../../../../common/children/exact-inference.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import type { ConfigStore } from '../../../core/config.ts'
import { limitsOf } from '../../../core/processes/confinement.ts'
import type { SupervisedProcess } from '../../../core/processes/supervised.ts'
import type { SecondsKind, WorkSandbox } from '../../work-kind.ts'
import { ExactInferenceEngine } from './execute.ts'
import { quote } from './quote.ts'
import { orderRows, RowsRequest } from './request.ts'
import { describe, inputBytes, layout, workHash, WorkSpec } from './spec.ts'
import { verifier } from './verify.ts'

const RowProgress = z.object({ rowsDone: z.int().nonnegative(), operationsPerSecond: z.number().nonnegative() })
type RowProgress = z.infer<typeof RowProgress>

export const exactInferenceSandbox: WorkSandbox = { network: false, ...limitsOf('exact-inference'), reads: [] }

interface Ports {
  readonly process: SupervisedProcess<typeof exactInferenceContract>
  /** Hashes and rechecks what others computed, away from what computes for them. */
  readonly checker: SupervisedProcess<typeof exactInferenceContract>
  readonly config: ConfigStore
  readonly threads: () => number
}

/** Integer nets over rows of bytes: every honest machine gets the same bits. */
export function exactInference(ports: Ports): SecondsKind<WorkSpec, RowProgress, RowsRequest> {
  const engine = new ExactInferenceEngine(ports)
  return {
    type: 'exact-inference',
    spec: WorkSpec,
    progress: RowProgress,
    settlement: 'seconds',
    request: RowsRequest,
    units: 'rows',
    result: 'csv',
    sandbox: exactInferenceSandbox,
    verifier: verifier(ports.checker),
    unwanted: () => null,
    broken: () => engine.broken,
    hash: workHash,
    layout,
    order: (request, folder) => orderRows(ports.checker, request, folder),
    quote: (spec, machine) => Promise.resolve(quote(spec, machine)),
    async prepare({ folder, spec }) {
      const { sha256, bytes } = await ports.checker.client.hash({ file: join(folder, 'rows.bin') })
      if (bytes !== inputBytes(spec) || sha256.toLowerCase() !== spec.rows.sha256.toLowerCase())
        throw new HearthError('ROWS_MISMATCH', 'the rows are not those that the specification names')
    },
    execute: ({ folder }, signal) => engine.run(folder, signal),
    describe,
    progressed: ({ rows }, { rowsDone, operationsPerSecond }) => ({
      done: rowsDone,
      of: rows.count,
      rate: operationsPerSecond,
    }),
    running: (id) => `It computes order #${id}. You can pause at any time; it goes on from its last batch.`,
  }
}
