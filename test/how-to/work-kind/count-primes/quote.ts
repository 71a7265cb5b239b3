import type { MachineFacts, Quote, Refusal } from '../../../../main/work/index.ts'
import { UNIT_BYTES, type PrimesSpec } from './spec.ts'

/** Numbers that any machine tests in a second. */
const NUMBERS_A_SECOND = 1e6
const MEMORY = 64 * 2 ** 20

export function quote({ stride, strides }: PrimesSpec, machine: MachineFacts): Quote | Refusal {
  if (MEMORY > machine.freeMemory)
    return { refusal: { code: 'DOES_NOT_FIT', why: 'counting takes 64 MiB of memory, more than is free' } }
  const seconds = (stride * strides) / NUMBERS_A_SECOND
  return {
    refusal: null,
    seconds,
    price: machine.pricePerSecond * BigInt(Math.ceil(seconds)),
    memoryBytes: MEMORY,
    diskBytes: strides * UNIT_BYTES,
  }
}
