import * as z from 'zod'
import { benchParts } from './benchmark.ts'

/** One figure of a self-benchmark: the median of its repetitions, their range, and the last one over the first. */
export const Measurement = z.object({
  median: z.number(),
  low: z.number(),
  high: z.number(),
  repetitions: z.int(),
  drift: z.number(),
})
export type Measurement = z.infer<typeof Measurement>

const Parts = z.partialRecord(z.enum(benchParts), Measurement)
export type BenchParts = z.infer<typeof Parts>

/** Everything that one self-benchmark found. */
export const BenchmarkResult = z.object({
  threads: z.int(),
  /** At the owner's threads, as orders run. Measurements of earlier versions hold fewer figures. */
  parts: Parts,
  /** At all cores; null where the measurement was quick, or the owner's threads are all of them. */
  full: z.object({ threads: z.int(), parts: Parts }).nullable().default(null),
  /** Drawn on average while it was measured; null where the machine does not tell. */
  watts: z.number().nullable().default(null),
  throttled: z.boolean().default(false),
  /** Each backend, whether it passed its known-answer test, and how fast it is where it did. */
  backends: z.array(
    z.object({
      backend: z.enum(['cpu', 'webgpu']),
      exact: z.boolean(),
      message: z.string().nullable(),
      parts: Parts.default({}),
    }),
  ),
})
export type BenchmarkResult = z.infer<typeof BenchmarkResult>

export function summarise(samples: readonly number[]): Measurement {
  const sorted = [...samples].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const median = sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
  return {
    median,
    low: sorted[0]!,
    high: sorted.at(-1)!,
    repetitions: sorted.length,
    drift: samples.at(-1)! / samples[0]!,
  }
}
