import * as z from 'zod'
import type { BenchmarkResult, BenchParts } from './benchmark-result.ts'

/**
 * What counts for the score, each with its weight and the figure that is worth 1000. The reference is a definition,
 * near to a mid-range graphics card: it fixes the unit and claims nothing about any one product.
 */
export const scoreParts = {
  /** Exact integer operations a second. */
  compute: { weight: 0.35, reference: 1e13 },
  /** Bytes a second. */
  bandwidth: { weight: 0.15, reference: 3.6e11 },
  /** Tokens a second that the benchmark’s chat model writes. */
  decode: { weight: 0.25, reference: 600 },
  /** Tokens a second of a LoRA step on the benchmark's model. */
  training: { weight: 0.25, reference: 2e5 },
} as const
export type ScorePart = keyof typeof scoreParts

export const Score = z.object({
  /** 1000 is the reference. */
  points: z.number(),
  /** The same, at all cores; null where that was not measured. */
  full: z.number().nullable(),
  /** What was not measured; the other parts take its weight over. */
  missing: z.array(z.enum(['compute', 'bandwidth', 'decode', 'training'])),
})
export type Score = z.infer<typeof Score>

/** A machine whose every backend computes wrongly. */
export const FLOOR = 1

/**
 * The weighted geometric mean of what was measured, in units of the reference. It is this machine's own word, until
 * somebody audits it.
 */
export function scoreOf(result: Pick<BenchmarkResult, 'parts' | 'full' | 'backends'>): Score {
  const { points, missing } = pointsOf(result.parts, result.backends)
  return {
    points,
    missing,
    full: result.full && pointsOf({ ...result.parts, ...result.full.parts }, result.backends).points,
  }
}

function pointsOf(parts: BenchParts, backends: BenchmarkResult['backends']): { points: number; missing: ScorePart[] } {
  const exact = backends.filter((backend) => backend.exact)
  // Graphics cards carry the same integers in fp32; the processor has instructions for them.
  const rates = exact.map(({ backend, parts: own }) => (backend === 'cpu' ? parts.int8 : own.fp32)?.median ?? 0)
  const measured: Record<ScorePart, number | undefined> = {
    compute: Math.max(0, ...rates) || undefined,
    bandwidth: parts.memory?.median,
    decode: parts.decode?.median,
    training: parts.training?.median,
  }
  const names = Object.keys(scoreParts) as ScorePart[]
  const missing = names.filter((name) => measured[name] === undefined)
  if (exact.length === 0) return { points: FLOOR, missing }
  const present = names.filter((name) => measured[name] !== undefined)
  const weight = present.reduce((sum, name) => sum + scoreParts[name].weight, 0)
  const log = present.reduce(
    (sum, name) => sum + (scoreParts[name].weight / weight) * Math.log(measured[name]! / scoreParts[name].reference),
    0,
  )
  return { points: Math.max(FLOOR, 1000 * Math.exp(log)), missing }
}
