import { randomFillSync } from 'node:crypto'
import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Measurement } from '../../common/children/drill.ts'
import type { BenchPart } from '../../common/model/benchmark.ts'
import { model, node, tensor } from '../onnx/writer.ts'
import { ort } from '../onnx/onnxruntime.ts'

export interface BenchStep {
  readonly part: BenchPart
  readonly done: number
  readonly of: number
  readonly measurement: Measurement | null
}

const SIZE = 1024
const MEBIBYTE = 1 << 20

/**
 * Measures this machine: matrix products in operations a second, memory and disk in bytes a second. Each figure is the
 * median of its repetitions, with their range. Nothing is estimated.
 */
export async function* bench(folder: string, threads: number, repetitions: number, quick: boolean, parts: readonly BenchPart[], signal: AbortSignal | undefined): AsyncGenerator<BenchStep, Record<never, never>> {
  const window = quick ? 150 : 600
  const diskBytes = (quick ? 32 : 256) * MEBIBYTE
  const file = join(folder, `disk-${process.pid}.tmp`)
  const measure: Record<BenchPart, () => Promise<number>> = {
    int8: await matrixProduct('int8', threads, window),
    fp32: await matrixProduct('fp32', threads, window),
    memory: async () => memoryBandwidth(window),
    diskWrite: () => diskWrite(file, diskBytes),
    diskRead: () => diskRead(file, diskBytes),
  }
  try {
    for (const part of parts) {
      const samples: number[] = []
      for (let done = 1; done <= repetitions; done++) {
        if (signal?.aborted) return {}
        samples.push(await measure[part]())
        yield { part, done, of: repetitions, measurement: done === repetitions ? summary(samples) : null }
      }
    }
  } finally {
    await rm(file, { force: true })
  }
  return {}
}

export function summary(samples: readonly number[]): Measurement {
  const sorted = [...samples].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const median = sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
  return { median, low: sorted[0]!, high: sorted.at(-1)!, repetitions: sorted.length, drift: samples.at(-1)! / samples[0]! }
}

async function matrixProduct(kind: 'int8' | 'fp32', threads: number, window: number): Promise<() => Promise<number>> {
  const [op, xType, wType, yType] = kind === 'int8' ? (['MatMulInteger', 'uint8', 'int8', 'int32'] as const) : (['MatMul', 'float', 'float', 'float'] as const)
  const dims = [SIZE, SIZE]
  const weights = kind === 'int8' ? new Int8Array(SIZE * SIZE).map((_, i) => (i % 128) - 64) : new Float32Array(SIZE * SIZE).map((_, i) => (i % 128) - 64)
  const bytes = model({ nodes: [node(op, ['x', 'w'], ['y'])], initializers: [tensor('w', wType, dims, weights)], inputs: [{ name: 'x', type: xType, dims }], outputs: [{ name: 'y', type: yType, dims }] })
  const session = await ort.InferenceSession.create(bytes, { intraOpNumThreads: threads, logSeverityLevel: 3 })
  const x = kind === 'int8' ? new ort.Tensor('uint8', new Uint8Array(SIZE * SIZE).fill(3), dims) : new ort.Tensor('float32', new Float32Array(SIZE * SIZE).fill(3), dims)
  await session.run({ x })
  return async () => {
    const begun = performance.now()
    let runs = 0
    do {
      await session.run({ x })
      runs++
    } while (performance.now() - begun < window)
    return (runs * 2 * SIZE ** 3 * 1000) / (performance.now() - begun)
  }
}

/** Copies blocks far larger than the caches; a copy reads and writes, so each byte counts twice. */
function memoryBandwidth(window: number): number {
  const from = Buffer.alloc(128 * MEBIBYTE, 1)
  const to = Buffer.alloc(from.length, 2)
  const begun = performance.now()
  let bytes = 0
  do {
    from.copy(to)
    bytes += 2 * from.length
  } while (performance.now() - begun < window)
  return (bytes * 1000) / (performance.now() - begun)
}

async function diskWrite(file: string, bytes: number): Promise<number> {
  const block = randomFillSync(Buffer.alloc(4 * MEBIBYTE))
  const begun = performance.now()
  await using handle = await open(file, 'w')
  for (let at = 0; at < bytes; at += block.length) await handle.write(block)
  await handle.sync()
  return (bytes * 1000) / (performance.now() - begun)
}

/** Mostly served from the system's cache, as a job's rows are. */
async function diskRead(file: string, bytes: number): Promise<number> {
  const block = Buffer.alloc(4 * MEBIBYTE)
  const begun = performance.now()
  await using handle = await open(file, 'r')
  for (let at = 0; at < bytes; at += block.length) await handle.read(block, 0, block.length, at)
  return (bytes * 1000) / (performance.now() - begun)
}
