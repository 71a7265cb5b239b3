import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Tensors } from '../reference/forward.ts'
import { ranges, type FullReference } from './gradient-case.ts'

const script = fileURLToPath(new URL('../reference/torch_reference.py', import.meta.url))

/** A Python that can import torch: Debian's python3-torch, or the one that HEARTH_PYTHON names. */
export function findPython(packages: readonly string[] = ['torch']): string | null {
  const candidates = [process.env['HEARTH_PYTHON'], '/usr/bin/python3', 'python3'].filter((path) => path !== undefined)
  return (
    candidates.find(
      (path) =>
        spawnSync(path, ['-c', packages.map((name) => `import ${name}`).join('; ')], { timeout: 120_000 }).status === 0,
    ) ?? null
  )
}

const base64 = (data: Float64Array): string =>
  Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64')
const encode = (tensors: Tensors) =>
  Object.fromEntries([...tensors].map(([name, { shape, data }]) => [name, { shape, data: base64(data) }]))

/** Gradients by torch's autograd in float64, or null where there is no torch. */
export function torchReference(): FullReference | null {
  const python = findPython()
  if (!python) return null
  const known = new Map<string, Float64Array>()
  return ({ key, reference, parameters, batch, model }) => {
    const cached = known.get(key)
    if (cached) return cached
    const trained = ranges(model.layout).map(
      ({ name, shape, from, size }) =>
        [name, { shape, data: base64(Float64Array.from(parameters.subarray(from, from + size))) }] as const,
    )
    const input = JSON.stringify({
      config: reference.config,
      method: reference.method,
      classes: reference.classes,
      batch,
      weights: encode(reference.weights),
      parameters: Object.fromEntries(trained),
    })
    const { status, stdout, stderr } = spawnSync(python, [script], { input, maxBuffer: 2 ** 28 })
    if (status !== 0) throw new Error(`torch failed: ${String(stderr)}`)
    const bytes = Buffer.from((JSON.parse(String(stdout)) as { gradient: string }).gradient, 'base64')
    const gradient = new Float64Array(Uint8Array.prototype.slice.call(bytes).buffer)
    known.set(key, gradient)
    return gradient
  }
}
