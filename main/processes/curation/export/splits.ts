import { createHash } from 'node:crypto'

export const splitNames = ['train', 'validation', 'test'] as const
export type SplitName = (typeof splitNames)[number]
export type Shares = Readonly<Record<SplitName, number>>

/**
 * Where an item belongs: by a hash of its conversation and the seed, so that one conversation never lies in two splits,
 * an item that is added moves no other, and the same seed gives the same splits anywhere.
 */
export function splitOf(session: string, seed: string, { train, validation }: Shares): SplitName {
  const place = createHash('sha256').update(`${seed}/${session}`).digest().readUInt32BE(0) / 2 ** 32
  return place < train ? 'train' : place < train + validation ? 'validation' : 'test'
}
