import type { InferenceSession, Tensor } from 'onnxruntime-node'
import type { Backend } from '../../../common/children/exact-inference.ts'
import { ort } from '../../onnx/onnxruntime.ts'
import type { Part } from '../base/frozen.ts'
import type { Graph } from '../graph/graph.ts'

export interface RunOptions {
  readonly backend: Backend
  readonly threads: number
  /** Busy waiting between operators: a few percent faster, but it occupies the whole machine. */
  readonly spin: boolean
}

export type Feeds = Readonly<Record<string, Tensor>>

/** One graph, ready to run. */
export class Session {
  readonly #session: InferenceSession
  readonly inputNames: readonly string[]

  private constructor(session: InferenceSession) {
    this.#session = session
    this.inputNames = session.inputNames
  }

  static async create(graph: Graph, { backend, threads, spin }: RunOptions): Promise<Session> {
    const session = await ort.InferenceSession.create(graph.encode(), {
      executionProviders: [backend],
      intraOpNumThreads: threads,
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
      // A memory pattern allocates one more block of the peak size, beside the arena.
      enableMemPattern: false,
      // Prepacking keeps a second copy of every weight for a few percent of speed, and changes the bits.
      extra: { session: { disable_prepacking: '1', 'intra_op.allow_spinning': spin ? '1' : '0' } },
    })
    return new Session(session)
  }

  /** Runs the graph. Results are copies of its own memory; handing in memory for them would make a second copy. */
  async run(feeds: Feeds): Promise<Record<string, Tensor>> {
    return this.#session.run(feeds)
  }

  release(): Promise<void> {
    return this.#session.release()
  }
}

/** An output by its name. */
export function resultOf(results: Feeds, name: string): Tensor {
  const tensor = results[name]
  if (!tensor) throw new Error(`the graph has no output ${name}`)
  return tensor
}

const elementTypes = {
  float: 'float32',
  uint8: 'uint8',
  int8: 'int8',
  int32: 'int32',
  int64: 'int64',
  bool: 'bool',
  float16: 'float16',
  uint32: 'uint32',
} as const

export const floats = (data: Float32Array, dims: readonly number[]): Tensor => new ort.Tensor('float32', data, dims)
export const integers = (values: Int32Array): Tensor =>
  new ort.Tensor('int64', BigInt64Array.from(values, BigInt), [values.length])
export const bytes = (data: Uint8Array, dims: readonly number[]): Tensor => new ort.Tensor('uint8', data, dims)
export const tensorOf = ({ type, dims, data }: Part): Tensor =>
  new ort.Tensor(elementTypes[type], data as Float32Array, dims)
