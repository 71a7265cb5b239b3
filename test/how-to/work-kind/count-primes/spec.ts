import { createHash } from 'node:crypto'
import * as z from 'zod'
import type { Layout } from '../../../../main/work/index.ts'

/** How many primes there are up to each multiple of `stride`, which is written as four bytes. */
export const PrimesSpec = z.strictObject({
  version: z.literal(1),
  kind: z.literal('count-primes'),
  stride: z.int().min(10).max(1_000_000),
  strides: z.int().min(1).max(1000),
})
export type PrimesSpec = z.infer<typeof PrimesSpec>

export const PrimesRequest = z.strictObject({
  upTo: z.int().min(10).max(10_000_000).default(1000).meta({ title: 'Count primes up to' }),
})
export type PrimesRequest = z.infer<typeof PrimesRequest>

const STRIDE = 10

export const specOf = ({ upTo }: PrimesRequest): PrimesSpec => ({
  version: 1,
  kind: 'count-primes',
  stride: Math.max(STRIDE, Math.ceil(upTo / 1000)),
  strides: Math.min(1000, Math.ceil(upTo / STRIDE)),
})

export const UNIT_BYTES = 4

export const hash = ({ version, kind, stride, strides }: PrimesSpec): string =>
  `0x${createHash('sha256')
    .update(JSON.stringify([version, kind, stride, strides]))
    .digest('hex')}`

export const layout = ({ strides }: PrimesSpec): Layout => ({ inputBytes: 0, units: strides, unitBytes: UNIT_BYTES })
