import { afterEach, expect, test, vi } from 'vitest'

afterEach(() => void vi.resetModules())

test('where ONNX Runtime is not made for the system, whoever needs it is told, and nothing else fails', async () => {
  vi.doMock('onnxruntime-node', () => ({
    get default(): never {
      throw new Error("Cannot find module '../bin/napi-v6/darwin/x64/onnxruntime_binding.node'")
    },
  }))
  vi.stubEnv('ORT_DISABLE_TELEMETRY', '1')
  const { ort } = await import('./onnxruntime.ts')
  expect(() => ort.InferenceSession).toThrow(
    expect.objectContaining({ code: 'ENGINE_UNSUPPORTED', message: expect.stringContaining('darwin/x64') }),
  )
  vi.doUnmock('onnxruntime-node')
})
