import { keccak256, toUtf8Bytes } from 'ethers'
import * as z from 'zod'
import { Hash } from './values.ts'

const Width = z.int().min(32).max(512).multipleOf(32)

/**
 * Tier A work: data only. An integer net whose weights follow from a seed, and rows to run through it.
 * Widths stay at 512 and below so that every backend is exact (docs/drilling.md).
 */
export const WorkSpec = z.strictObject({
  version: z.literal(1),
  kind: z.literal('exact-inference'),
  net: z
    .strictObject({
      seed: Hash,
      /** Layer widths from the input row to the output row. */
      widths: z.array(Width).min(2).max(65),
      /** Right shift of each layer's requantisation, one fewer than widths. */
      shifts: z.array(z.int().min(1).max(24)).min(1).max(64),
    })
    .refine((net) => net.shifts.length === net.widths.length - 1, 'one shift for each layer'),
  rows: z.strictObject({
    count: z
      .int()
      .min(1)
      .max(1 << 22),
    sha256: Hash,
  }),
})
export type WorkSpec = z.infer<typeof WorkSpec>

export const MAX_ROW_BYTES = 256 * 1024 * 1024

export const inputWidth = (spec: WorkSpec): number => spec.net.widths[0]!
export const outputWidth = (spec: WorkSpec): number => spec.net.widths.at(-1)!
export const inputBytes = (spec: WorkSpec): number => spec.rows.count * inputWidth(spec)
export const outputBytes = (spec: WorkSpec): number => spec.rows.count * outputWidth(spec)

/** Multiplications and additions that one row takes. */
export function operationsPerRow(spec: WorkSpec): number {
  let total = 0
  for (let layer = 1; layer < spec.net.widths.length; layer++)
    total += 2 * spec.net.widths[layer - 1]! * spec.net.widths[layer]!
  return total
}

/** The hash that an order commits on chain: keccak256 of the specification with its keys in the schema's order. */
export function workHash(spec: WorkSpec): Hash {
  const { version, kind, net, rows } = WorkSpec.parse(spec)
  const canonical = {
    version,
    kind,
    net: { seed: net.seed.toLowerCase(), widths: net.widths, shifts: net.shifts },
    rows: { count: rows.count, sha256: rows.sha256.toLowerCase() },
  }
  return keccak256(toUtf8Bytes(JSON.stringify(canonical)))
}

/** Nets that the app offers. Shift 9 keeps a deep random net alive; shift 10 is dead by layer 16. */
export const NET_PRESETS = {
  small: { widths: [256, 512, 512, 64], shifts: [8, 9, 9] },
  medium: { widths: [256, ...Array<number>(16).fill(512), 64], shifts: [8, ...Array<number>(16).fill(9)] },
  large: { widths: [256, ...Array<number>(48).fill(512), 64], shifts: [8, ...Array<number>(48).fill(9)] },
} as const satisfies Record<string, { widths: readonly number[]; shifts: readonly number[] }>
export type NetPreset = keyof typeof NET_PRESETS
