import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { resample } from '../../../../main/work/index.ts'
import { primesUpTo } from './engine.ts'
import { UNIT_BYTES, type PrimesSpec } from './spec.ts'

export const verifier = resample<PrimesSpec>('stride', async ({ folder, spec }, units) => {
  await using outputs = await open(join(folder, 'outputs.bin'), 'r')
  const counted = Buffer.alloc(UNIT_BYTES)
  for (const unit of units) {
    await outputs.read(counted, 0, UNIT_BYTES, unit * UNIT_BYTES)
    if (counted.readUInt32LE() !== primesUpTo((unit + 1) * spec.stride)) return unit
  }
  return null
})
