import * as z from 'zod'
import { BenchmarkResult, Measurement } from './benchmark-result.ts'
import { benchParts } from './benchmark.ts'
import { IsolationReport } from './isolation.ts'
import { scoreOf, scoreParts, type Score } from './score.ts'

/** More is nobody's honest document: one with eight cards has less than 4 KiB. */
export const MOST_DOCUMENT_BYTES = 8 * 1024

/** Words of a driver or of a stranger: nothing that steers a terminal or turns the direction of a text. */
const Name = z
  .string()
  .min(1)
  .max(120)
  .regex(/^\P{C}*$/u, 'not a name')
/** Far beyond any machine: it only keeps sums finite. */
const Figure = z.number().nonnegative().max(1e18)
const Bytes = z
  .int()
  .nonnegative()
  .max(2 ** 50)
const Count = z.int().min(1).max(65_536)
const Parts = z.partialRecord(
  z.enum(benchParts),
  z.strictObject({
    median: Figure,
    low: Figure,
    high: Figure,
    repetitions: Count,
    drift: Figure,
  }) satisfies z.ZodType<Measurement>,
)
const { backend, exact } = BenchmarkResult.shape.backends.element.shape

/**
 * What a machine's `spec` on the chain is the keccak256 of: what the machine is and what it measured of itself, as JSON.
 * Nothing here names a person, and nothing may be added that does: whoever asks is told it.
 */
export const MachineDocument = z.strictObject({
  version: z.literal(1),
  report: z.strictObject({
    processor: Name.nullable(),
    physicalCores: Count.nullable(),
    logicalCores: Count,
    memoryBytes: Bytes,
    graphics: z.array(z.strictObject({ name: Name, memoryBytes: Bytes.nullable() })).max(32),
    system: Name,
    architecture: Name,
  }),
  /** At the threads that paid work gets. */
  benchmark: Parts,
  /** Machines that were registered by an earlier Hearth do not tell it. */
  backends: z
    .array(z.strictObject({ backend, exact, parts: Parts }))
    .max(8)
    .optional(),
  isolation: IsolationReport.shape.tier,
})
export type MachineDocument = z.infer<typeof MachineDocument>

/** By the machine's own word, as its owner sees it; null where the document does not tell enough for one. */
export function ownScore({ benchmark, backends }: MachineDocument): Score | null {
  if (!backends) return null
  const score = scoreOf({
    parts: benchmark,
    full: null,
    backends: backends.map((known) => ({ ...known, message: null })),
  })
  return score.missing.length < Object.keys(scoreParts).length ? score : null
}
