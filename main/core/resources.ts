import { existsSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'

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
export const appPath = (...parts: string[]): string => join(appRoot, ...parts)

const KEPT = 'hearth:'

/**
 * A path as it is kept: of what comes with Hearth its name alone, since after an update, or as an AppImage at each
 * start, the app lies elsewhere.
 */
export const toKeptPath = (path: string): string =>
  path.startsWith(resourcePath() + sep) ? KEPT + relative(resourcePath(), path).replaceAll(sep, '/') : path
export const fromKeptPath = (kept: string): string =>
  kept.startsWith(KEPT) ? resourcePath(...kept.slice(KEPT.length).split('/')) : kept
