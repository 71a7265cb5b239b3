import { open, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Backend } from '../../common/children/exact-inference.ts'
import { HearthError } from '../../common/errors/index.ts'
import { inputWidth, operationsPerRow, outputWidth, WorkSpec } from '../../common/model/work.ts'
import { layersOf, type Layer } from './net.ts'
import { referenceRow } from './reference.ts'
import { Runner } from './runner.ts'

/** A job folder: spec.json, rows.bin (inputs) and outputs.bin, which grows by whole batches. */
export const jobFiles = (folder: string) => ({
  spec: join(folder, 'spec.json'),
  rows: join(folder, 'rows.bin'),
  outputs: join(folder, 'outputs.bin'),
})

const REPORT_EVERY_MS = 200

let cached: { key: string; layers: Layer[] } | undefined
function cachedLayers(net: WorkSpec['net']): Layer[] {
  const key = JSON.stringify(net)
  if (cached?.key !== key) cached = { key, layers: layersOf(net) }
  return cached.layers
}

async function readSpec(folder: string): Promise<WorkSpec> {
  return WorkSpec.parse(JSON.parse(await readFile(jobFiles(folder).spec, 'utf8')))
}

/**
 * Computes the rows of a job that have no output yet. After a crash the outputs end in a whole batch or in a torn one,
 * which is cut; the batch is the unit of loss. Ends early when the signal aborts.
 */
export async function* runJob(
  folder: string,
  backend: Backend,
  threads: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<{ rowsDone: number; operationsPerSecond: number }, { rowsDone: number }> {
  const spec = await readSpec(folder)
  const files = jobFiles(folder)
  const [inputs, width] = [inputWidth(spec), outputWidth(spec)]
  await using runner = await Runner.create(cachedLayers(spec.net), backend, threads)
  await using rows = await open(files.rows, 'r')
  await using outputs = await open(files.outputs, 'a+')
  let rowsDone = Math.min(spec.rows.count, Math.floor((await outputs.stat()).size / width))
  await outputs.truncate(rowsDone * width)

  let begun = performance.now()
  let batchRows = 0
  const buffer = Buffer.alloc(runner.batch * inputs)
  while (rowsDone < spec.rows.count && !signal?.aborted) {
    const want = Math.min(runner.batch, spec.rows.count - rowsDone)
    const { bytesRead } = await rows.read(buffer, 0, want * inputs, rowsDone * inputs)
    if (bytesRead !== want * inputs)
      throw new HearthError('ROWS_MISMATCH', 'the rows file is shorter than the specification says')
    await outputs.appendFile(await runner.run(buffer.subarray(0, bytesRead)))
    rowsDone += want
    batchRows += want
    const elapsed = performance.now() - begun
    if (elapsed >= REPORT_EVERY_MS || rowsDone === spec.rows.count) {
      await outputs.datasync()
      yield { rowsDone, operationsPerSecond: (batchRows * operationsPerRow(spec) * 1000) / elapsed }
      begun = performance.now()
      batchRows = 0
    }
  }
  return { rowsDone }
}

/** Recomputes rows by the reference and compares them with the outputs; the first row that differs, or null. */
export async function recheck(folder: string, wanted: readonly number[]): Promise<number | null> {
  const spec = await readSpec(folder)
  const files = jobFiles(folder)
  const [inputs, width] = [inputWidth(spec), outputWidth(spec)]
  const available = Math.floor((await stat(files.outputs)).size / width)
  const layers = cachedLayers(spec.net)
  await using rows = await open(files.rows, 'r')
  await using outputs = await open(files.outputs, 'r')
  const input = Buffer.alloc(inputs)
  const output = Buffer.alloc(width)
  for (const row of wanted) {
    if (row >= available) throw new HearthError('RESULT_INCOMPLETE', `row ${row} has no output yet`)
    await rows.read(input, 0, inputs, row * inputs)
    await outputs.read(output, 0, width, row * width)
    if (Buffer.compare(output, referenceRow(layers, input)) !== 0) return row
  }
  return null
}
