import { outputBytes } from '../../../../common/model/work.ts'
import type { MachineFacts, Quote, Refusal } from '../../work-kind.ts'
import { inputBytes, operationsPerRow, type WorkSpec } from './spec.ts'

/** A net has 64 layers of 512 by 512 at most, held by the engine more than once while it is built. */
const ENGINE_BYTES = 512 * 2 ** 20

const mebibytes = (bytes: number): number => Math.floor(bytes / 2 ** 20)

/** What an order takes by the machine's own benchmark. */
export function quote(spec: WorkSpec, machine: MachineFacts): Quote | Refusal {
  const diskBytes = inputBytes(spec) + outputBytes(spec)
  if (machine.operationsPerSecond === null)
    return { refusal: { code: 'NO_BENCHMARK', why: 'the machine has not been measured yet' } }
  if (diskBytes > machine.freeDisk)
    return {
      refusal: {
        code: 'NOT_ENOUGH_DISK',
        why: `its rows take ${mebibytes(diskBytes)} MiB of disk; ${mebibytes(machine.freeDisk)} MiB are free`,
      },
    }
  if (ENGINE_BYTES > machine.freeMemory)
    return {
      refusal: {
        code: 'DOES_NOT_FIT',
        why: `it takes ${ENGINE_BYTES / 2 ** 20} MiB, ${mebibytes(machine.freeMemory)} MiB are free`,
      },
    }
  const seconds = (operationsPerRow(spec) * spec.rows.count) / machine.operationsPerSecond
  return {
    refusal: null,
    seconds,
    price: machine.pricePerSecond * BigInt(Math.ceil(seconds)),
    memoryBytes: ENGINE_BYTES,
    diskBytes,
  }
}
