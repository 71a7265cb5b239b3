import { randomFillSync } from 'node:crypto'
import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Backend, ExactInferencePart } from '../../common/children/exact-inference.ts'
import { summarise, type Measurement } from '../../common/model/benchmark-result.ts'
import { model, node, tensor, type DataType } from '../onnx/writer.ts'
import { ort } from '../onnx/onnxruntime.ts'

export interface BenchStep {
  readonly part: ExactInferencePart
  readonly done: number
  readonly of: number
  readonly measurement: Measurement | null
}

export interface BenchOptions {
  readonly folder: string
  readonly backend: Backend
  readonly threads: number
  readonly repetitions: number
  readonly quick: boolean
  readonly parts: readonly ExactInferencePart[]
}

type Probe = () => Promise<number>

const SIZE = 1024
const MEBIBYTE = 1 << 20
const HALF_THREE = 0x4200

/**
 * Measures this machine: matrix products in operations a second, memory and disk in bytes a second. Each figure is the
 * median of its repetitions, with their range. Nothing is estimated; what a backend cannot run is left out.
 */
export async function* bench(
  { folder, backend, threads, repetitions, quick, parts }: BenchOptions,
  signal: AbortSignal | undefined,
): AsyncGenerator<BenchStep, Record<never, never>> {
  const window = quick ? 150 : 600
  const diskBytes = (quick ? 32 : 256) * MEBIBYTE
  const file = join(folder, `disk-${process.pid}.tmp`)
  const probes: Record<ExactInferencePart, () => Promise<Probe>> = {
    int8: () => matrixProduct('int8', backend, threads, window),
    fp32: () => matrixProduct('fp32', backend, threads, window),
    fp16: () => matrixProduct('fp16', backend, threads, window),
    memory: async () => async () => memoryBandwidth(window),
    diskWrite: async () => () => diskWrite(file, diskBytes),
    diskRead: async () => () => diskRead(file, diskBytes),
  }
  try {
    for (const part of parts) {
      const probe = await probes[part]().catch(() => null)
      if (!probe) continue
      const samples: number[] = []
      for (let done = 1; done <= repetitions; done++) {
        if (signal?.aborted) return {}
        samples.push(await probe())
        yield { part, done, of: repetitions, measurement: done === repetitions ? summarise(samples) : null }
      }
    }
  } finally {
    await rm(file, { force: true })
  }
  return {}
}

type Product = 'int8' | 'fp32' | 'fp16'
const products: Record<
  Product,
  {
    op: string
    types: readonly [DataType, DataType, DataType]
    weights: () => ArrayBufferView
    x: () => InstanceType<typeof ort.Tensor>
  }
> = {
  int8: {
    op: 'MatMulInteger',
    types: ['uint8', 'int8', 'int32'],
    weights: () => new Int8Array(SIZE * SIZE).map((_, i) => (i % 128) - 64),
    x: () => new ort.Tensor('uint8', new Uint8Array(SIZE * SIZE).fill(3), [SIZE, SIZE]),
  },
  fp32: {
    op: 'MatMul',
    types: ['float', 'float', 'float'],
    weights: () => new Float32Array(SIZE * SIZE).map((_, i) => (i % 128) - 64),
    x: () => new ort.Tensor('float32', new Float32Array(SIZE * SIZE).fill(3), [SIZE, SIZE]),
  },
  fp16: {
    op: 'MatMul',
    types: ['float16', 'float16', 'float16'],
    weights: () => new Uint16Array(SIZE * SIZE).fill(HALF_THREE),
    x: () => new ort.Tensor('float16', new Uint16Array(SIZE * SIZE).fill(HALF_THREE), [SIZE, SIZE]),
  },
}

async function matrixProduct(kind: Product, backend: Backend, threads: number, window: number): Promise<Probe> {
  const { op, types, weights, x: input } = products[kind]
  const dims = [SIZE, SIZE]
  const bytes = model({
    nodes: [node(op, ['x', 'w'], ['y'])],
    initializers: [tensor('w', types[1], dims, weights())],
    inputs: [{ name: 'x', type: types[0], dims }],
    outputs: [{ name: 'y', type: types[2], dims }],
  })
  const session = await ort.InferenceSession.create(bytes, {
    executionProviders: [backend],
    intraOpNumThreads: threads,
    logSeverityLevel: 4,
  })
  const x = input()
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
