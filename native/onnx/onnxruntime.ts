/**
 * The one place that loads onnxruntime. Its telemetry must be off before it loads, and a native Float16Array makes its
 * float16 tensors fail, so that global is hidden while it looks.
 */
import process from 'node:process'
import type Ort from 'onnxruntime-node'
import { HearthError, messageOf } from '../../common/errors/index.ts'

if (process.env.ORT_DISABLE_TELEMETRY !== '1')
  throw new Error('ORT_DISABLE_TELEMETRY must be 1 before onnxruntime loads')

async function load(): Promise<typeof Ort> {
  const globals = globalThis as { Float16Array?: unknown }
  const hidden = globals.Float16Array
  delete globals.Float16Array
  try {
    const { default: loaded } = await import('onnxruntime-node')
    // It looks when the first tensor is made, not when it loads.
    void new loaded.Tensor('float32', new Float32Array(1), [1])
    return loaded
  } finally {
    globals.Float16Array = hidden
  }
}

/** Stands for what is not made for this system: whoever needs it is told, and the process answers everything else. */
const absent = (why: unknown): typeof Ort =>
  new Proxy({} as typeof Ort, {
    get: (_, name) => {
      // Asked of whatever is awaited.
      if (name === 'then') return undefined
      const system = `${process.platform} on ${process.arch}`
      throw new HearthError(
        'ENGINE_UNSUPPORTED',
        `ONNX Runtime does not run here (${system}): ${messageOf(why).split('\n')[0]}`,
      )
    },
  })

export const ort = await load().catch(absent)
