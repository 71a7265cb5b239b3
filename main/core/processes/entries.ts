import { appPath } from '../resources.ts'
import { processes, type ChildName } from './table.ts'

/** The file that a child runs: its source where this is a source too, which Node 24 runs unbuilt, else its bundle. */
export function entryOf(name: ChildName): string {
  return import.meta.filename.endsWith('.ts') ? appPath(processes[name].entry) : appPath('out', 'main', `${name}.js`)
}
