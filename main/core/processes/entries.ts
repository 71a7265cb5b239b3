import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { appPath } from '../resources.ts'
import { processes, type ChildName } from './table.ts'

/** The file that a child runs: its source in a checkout, which Node 24 runs unbuilt, or its bundle in a package. */
export function entryOf(name: ChildName): string {
  const source = appPath(processes[name].entry)
  return existsSync(source) ? source : join(appPath('out', 'main'), `${name}.js`)
}
