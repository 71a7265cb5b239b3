import { existsSync } from 'node:fs'

const software = '/usr/lib/chromium/vk_swiftshader_icd.json'

/** Whether WebGPU can run here: by a real driver, or by the software one that Debian's Chromium brings. */
export function softwareGpuFound(): boolean {
  if (process.env['VK_ICD_FILENAMES'] || existsSync('/dev/dri') || existsSync('/dev/nvidia0')) return true
  if (!existsSync(software)) return false
  process.env['VK_ICD_FILENAMES'] = software
  return true
}
