import { expect, it } from 'vitest'
import { checkBackend } from './self-check.ts'

// Debian's Chromium brings a software device; without one there is nothing to check.
it.skipIf(!process.env['VK_ICD_FILENAMES'])('finds this machine’s WebGPU gradients right', async () => {
  await expect(checkBackend('webgpu')).resolves.toBeUndefined()
})
