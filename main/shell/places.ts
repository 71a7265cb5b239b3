import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { HostProgram } from './host-process.ts'

export interface Places {
  readonly renderer: string
  readonly preload: string
  readonly trayIcon: string
  readonly host: HostProgram
  /** What only a package has; null in a checkout. */
  readonly packaged: Packaged | null
}

export interface Packaged {
  /** Where the files beside the archive lie, and the list of them within it. */
  readonly resources: string
  readonly list: string
  /** Where new versions are looked for, and the key of who makes them; neither need be there. */
  readonly feed: string
  readonly updateKey: string
}

const windows = process.platform === 'win32'

/**
 * Where the parts of the app lie. In a package the host and its Node are files beside the archive that holds the shell;
 * in a checkout they are what was built and what npm brought. Run as a source, so is the host.
 */
export function placesOf(packaged: boolean): Places {
  const root = join(import.meta.dirname, '..', '..')
  return {
    renderer: join(root, 'out', 'renderer'),
    preload: join(root, 'out', 'preload', 'preload.cjs'),
    trayIcon: join(root, 'resources', process.platform === 'darwin' ? 'trayTemplate.png' : 'tray.png'),
    host: packaged ? packagedHost(process.resourcesPath) : builtHost(root),
    packaged: packaged
      ? {
          resources: process.resourcesPath,
          list: join(root, 'out', 'host-files.json'),
          feed: join(process.resourcesPath, 'app-update.yml'),
          updateKey: join(root, 'out', 'update-key.pem'),
        }
      : null,
  }
}

const packagedHost = (resources: string): HostProgram => ({
  node: join(resources, 'runtime', windows ? 'hearth-node.exe' : 'hearth-node'),
  entry: join(resources, 'host', 'out', 'main', 'desktop-host.js'),
})

function builtHost(root: string): HostProgram {
  const nodePackage = dirname(createRequire(join(root, 'package.json')).resolve('node/package.json'))
  return {
    node: join(nodePackage, 'bin', windows ? 'node.exe' : 'node'),
    entry: import.meta.filename.endsWith('.ts')
      ? join(root, 'main', 'desktop', 'entry.ts')
      : join(root, 'out', 'main', 'desktop-host.js'),
  }
}
