import type { InferenceSession, Tensor } from 'onnxruntime-node'
import type { Backend } from '../../common/children/exact-inference.ts'
import { floatGraph, integerGraph } from './graphs.ts'
import type { Layer } from './net.ts'
import { ort } from '../onnx/onnxruntime.ts'

/** Runs rows through a net on one backend, `batch` rows at a time. */
export class Runner {
  readonly #session: InferenceSession
  readonly #backend: Backend
  readonly #inputs: number
  readonly #outputs: number
  readonly batch: number

  private constructor(session: InferenceSession, backend: Backend, layers: readonly Layer[], batch: number) {
    this.#session = session
    this.#backend = backend
    this.#inputs = layers[0]!.inputs
    this.#outputs = layers.at(-1)!.width
    this.batch = batch
  }

  static async create(layers: readonly Layer[], backend: Backend, threads: number, batch = 256): Promise<Runner> {
    const bytes = backend === 'cpu' ? integerGraph(layers, batch) : floatGraph(layers, batch)
    const session = await ort.InferenceSession.create(bytes, {
      executionProviders: [backend],
      intraOpNumThreads: threads,
      logSeverityLevel: 3,
      // Without this an operation that the GPU lacks would run on the CPU unnoticed.
      extra: {
        session: { ...(backend === 'webgpu' ? { disable_cpu_ep_fallback: '1' } : {}), 'intra_op.allow_spinning': '0' },
      },
    })
    return new Runner(session, backend, layers, batch)
  }

  /** @param rows at most `batch` rows; a short last batch is padded with zeros and cut again. */
  async run(rows: Uint8Array): Promise<Uint8Array> {
    const count = rows.length / this.#inputs
    const full = new Uint8Array(this.batch * this.#inputs)
    full.set(rows)
    const dims = [this.batch, this.#inputs]
    const x: Tensor =
      this.#backend === 'cpu'
        ? new ort.Tensor('uint8', full, dims)
        : new ort.Tensor('float32', Float32Array.from(full), dims)
    const results = await this.#session.run({ x })
    const y = results[this.#session.outputNames[0]!]!
    const out =
      this.#backend === 'cpu'
        ? (y.data as Uint8Array).slice(0, count * this.#outputs)
        : Uint8Array.from((y.data as Float32Array).subarray(0, count * this.#outputs))
    y.dispose()
    return out
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session.release()
  }
}
