import { Random } from '../random.ts'

/** The run and step of a mask. */
export interface DropoutSeed {
  readonly seed: string
  readonly step: number
  readonly micro: number
}

/** 1 for elements that stay, 0 for dropped ones; the same on every machine. */
export function dropoutMask(
  { seed, step, micro }: DropoutSeed,
  layer: number,
  module: string,
  length: number,
  rate: number,
): Uint8Array {
  const random = new Random(`${seed}/dropout/${step}/${micro}/${layer}/${module}`)
  const threshold = rate * 2 ** 32
  const mask = new Uint8Array(length)
  for (let i = 0; i < length; i++) mask[i] = random.uint32() >= threshold ? 1 : 0
  return mask
}
