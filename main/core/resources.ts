import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * The folder that holds `resources/`: the project, or the packaged app. Sources and bundles lie at different depths.
 */
const appRoot = (() => {
  let folder = import.meta.dirname
  while (!existsSync(join(folder, 'resources', 'contracts'))) {
    const parent = dirname(folder)
    if (parent === folder) throw new Error('the resources folder is missing')
    folder = parent
  }
  return folder
})()

export const resourcePath = (...parts: string[]): string => join(appRoot, 'resources', ...parts)
/** A resource as a file of its own, for what reads it without Electron: those are unpacked beside the archive. */
export const resourceFile = (...parts: string[]): string =>
  resourcePath(...parts).replace(/app\.asar(?=[\\/])/, 'app.asar.unpacked')
export const appPath = (...parts: string[]): string => join(appRoot, ...parts)
