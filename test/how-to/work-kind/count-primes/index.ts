import * as z from 'zod'
import type { SupervisedProcess } from '../../../../main/core/processes/supervised.ts'
import type { SecondsKind, WorkSandbox } from '../../../../main/work/index.ts'
import type { primesContract } from './engine.ts'
import { quote } from './quote.ts'
import { hash, layout, PrimesRequest, PrimesSpec, specOf } from './spec.ts'
import { verifier } from './verify.ts'

const PrimesProgress = z.object({ stridesDone: z.int() })

export const countPrimesSandbox: WorkSandbox = {
  network: false,
  memory: { bytes: 1024 * 2 ** 20 },
  silenceMs: 30_000,
  reads: [],
}

export const countPrimes = (
  process: SupervisedProcess<typeof primesContract>,
): SecondsKind<PrimesSpec, z.infer<typeof PrimesProgress>, PrimesRequest> => ({
  type: 'count-primes',
  spec: PrimesSpec,
  progress: PrimesProgress,
  settlement: 'seconds',
  request: PrimesRequest,
  units: 'strides',
  result: 'binary',
  sandbox: countPrimesSandbox,
  verifier,
  unwanted: () => null,
  broken: () => process.broken,
  hash,
  layout,
  order: (request) => Promise.resolve(specOf(request)),
  quote: (spec, machine) => Promise.resolve(quote(spec, machine)),
  prepare: () => Promise.resolve(),
  async *execute({ folder }, signal) {
    yield* await process.client.run({ folder }, { signal })
  },
  describe: ({ stride, strides }) => `primes up to ${stride * strides}`,
  progressed: ({ strides }, { stridesDone }) => ({ done: stridesDone, of: strides, rate: 0 }),
  running: (id) => `It counts primes for #${id}.`,
})
