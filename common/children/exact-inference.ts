import { eventIterator, oc } from '@orpc/contract'
import * as z from 'zod'
import { benchParts } from '../model/benchmark.ts'
import { Measurement } from '../model/benchmark-result.ts'

export const Backend = z.enum(['cpu', 'webgpu'])
export type Backend = z.infer<typeof Backend>

/** What this engine measures; the rest is other engines'. */
export const ExactInferencePart = z.enum(benchParts).exclude(['prompt', 'decode', 'training'])
export type ExactInferencePart = z.infer<typeof ExactInferencePart>

export const exactInferenceContract = {
  /** Runs the known-answer nets on a backend; a backend that differs in one byte may not work. */
  knownAnswer: oc
    .input(z.object({ backend: Backend, threads: z.int().min(1) }))
    .output(z.object({ exact: z.boolean(), message: z.string().nullable() })),
  /** Runs the rows of a job folder (docs/drilling.md) from where its outputs end, and appends outputs. */
  run: oc
    .input(z.object({ folder: z.string(), backend: Backend, threads: z.int().min(1) }))
    .output(
      eventIterator(z.object({ rowsDone: z.int(), operationsPerSecond: z.number() }), z.object({ rowsDone: z.int() })),
    ),
  /** Recomputes rows by the reference, which shares no code with the backends. */
  recheck: oc
    .input(z.object({ folder: z.string(), rows: z.array(z.int().nonnegative()).max(4096) }))
    .output(z.object({ mismatch: z.int().nullable() })),
  /** Writes a work's rows as bytes: `count` pseudo-random rows from a seed. */
  generateRows: oc
    .input(z.object({ file: z.string(), seed: z.string(), bytes: z.int().positive() }))
    .output(z.object({ sha256: z.string() })),
  hash: oc.input(z.object({ file: z.string() })).output(z.object({ sha256: z.string(), bytes: z.int() })),
  bench: oc
    .input(
      z.object({
        folder: z.string(),
        backend: Backend,
        threads: z.int().min(1),
        repetitions: z.int().min(1).max(9),
        quick: z.boolean(),
        parts: z.array(ExactInferencePart).min(1),
      }),
    )
    .output(
      eventIterator(
        z.object({ part: ExactInferencePart, done: z.int(), of: z.int(), measurement: Measurement.nullable() }),
        z.object({}),
      ),
    ),
}
