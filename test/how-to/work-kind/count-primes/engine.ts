import { appendFile, readFile, stat } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { eventIterator, oc } from '@orpc/contract'
import * as z from 'zod'
import { implement, serveChild } from '../../../../main/core/processes/child-frame.ts'
import { PrimesSpec, UNIT_BYTES } from './spec.ts'

export const primesContract = {
  run: oc
    .input(z.object({ folder: z.string() }))
    .output(eventIterator(z.object({ stridesDone: z.int() }), z.object({}))),
  /** What the process can reach, for the test of its sandbox. */
  reach: oc
    .input(z.object({ file: z.string(), port: z.int() }))
    .output(z.object({ reads: z.boolean(), connects: z.boolean() })),
}

export function primesUpTo(limit: number): number {
  const composite = new Uint8Array(limit + 1)
  let count = 0
  for (let n = 2; n <= limit; n++) {
    if (composite[n]) continue
    count++
    for (let multiple = n * n; multiple <= limit; multiple += n) composite[multiple] = 1
  }
  return count
}

/** Goes on after the strides that are on the disk. */
async function* run(
  folder: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<{ stridesDone: number }, Record<string, never>> {
  const { stride, strides } = PrimesSpec.parse(JSON.parse(await readFile(join(folder, 'spec.json'), 'utf8')))
  const outputs = join(folder, 'outputs.bin')
  const done = await stat(outputs).then(
    ({ size }) => Math.floor(size / UNIT_BYTES),
    () => 0,
  )
  for (let at = done; at < strides && !signal?.aborted; at++) {
    const unit = Buffer.alloc(UNIT_BYTES)
    unit.writeUInt32LE(primesUpTo((at + 1) * stride))
    await appendFile(outputs, unit)
    yield { stridesDone: at + 1 }
  }
  return {}
}

const connects = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createConnection(port, '127.0.0.1')
    socket.once('connect', () => (socket.destroy(), resolve(true)))
    socket.once('error', () => resolve(false))
  })

if (process.argv[1] === import.meta.filename) {
  const os = implement(primesContract)
  serveChild(
    os.router({
      run: os.run.handler(({ input, signal }) => run(input.folder, signal)),
      reach: os.reach.handler(async ({ input }) => ({
        reads: await readFile(input.file).then(
          () => true,
          () => false,
        ),
        connects: await connects(input.port),
      })),
    }),
  )
}
