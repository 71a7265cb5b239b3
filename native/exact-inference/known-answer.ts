import { createHash } from 'node:crypto'
import type { Backend } from '../../common/children/exact-inference.ts'
import { messageOf } from '../../common/errors/index.ts'
import { layersOf } from './net.ts'
import { referenceRow } from './reference.ts'
import { Runner } from './runner.ts'

/** Nets that reach the widest sums, an odd batch and depth. */
const NETS = [
  { seed: `0x${'11'.repeat(32)}`, widths: [512, 512, 64], shifts: [9, 9] },
  { seed: `0x${'22'.repeat(32)}`, widths: [256, 512, 512, 512, 512, 96], shifts: [8, 9, 9, 9, 9] },
]
const ROWS = 37

/** Compares a backend with the reference, byte by byte, on random rows and on the extremes. Says what differed. */
export async function knownAnswer(
  backend: Backend,
  threads: number,
): Promise<{ exact: boolean; message: string | null }> {
  try {
    for (const net of NETS) {
      const layers = layersOf(net)
      const inputs = net.widths[0]!
      await using runner = await Runner.create(layers, backend, threads, 64)
      const rows = new Uint8Array(ROWS * inputs)
      for (let r = 0; r < ROWS; r++) {
        const at = r * inputs
        if (r === 0) rows.fill(255, at, at + inputs)
        else if (r > 1)
          for (let k = 0; k < inputs; k += 32)
            rows.set(createHash('sha256').update(`${net.seed}/${r}/${k}`).digest(), at + k)
      }
      const got = await runner.run(rows)
      const width = net.widths.at(-1)!
      for (let r = 0; r < ROWS; r++) {
        const want = referenceRow(layers, rows.subarray(r * inputs, (r + 1) * inputs))
        if (Buffer.compare(want, got.subarray(r * width, (r + 1) * width)) !== 0)
          return { exact: false, message: `row ${r} of the ${inputs}-wide net differs` }
      }
    }
    return { exact: true, message: null }
  } catch (error) {
    return { exact: false, message: messageOf(error).slice(0, 300) }
  }
}
