/**
 * The one place that loads onnxruntime. Its telemetry must be off before it loads, and a native Float16Array makes its
 * float16 tensors fail, so that global is hidden while it looks.
 */
import process from 'node:process'

if (process.env.ORT_DISABLE_TELEMETRY !== '1')
  throw new Error('ORT_DISABLE_TELEMETRY must be 1 before onnxruntime loads')
const globals = globalThis as { Float16Array?: unknown }
const hidden = globals.Float16Array
delete globals.Float16Array
export const ort = (await import('onnxruntime-node')).default
// It looks when the first tensor is made, not when it loads.
void new ort.Tensor('float32', new Float32Array(1), [1])
globals.Float16Array = hidden
