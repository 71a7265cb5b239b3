// npm start: installs, builds, and opens the desktop app, or serves it where Electron's binary cannot be had.
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { build } from './build.mjs'
import { prepare, root, runWithProjectNode } from './prepare.mjs'

const args = process.argv.slice(2)
prepare()
build()

const electron = args.includes('--headless') ? null : electronBinary()
if (electron)
  process.exit(
    runWithProjectNode([
      '-e',
      'process.exit(require("node:child_process").spawnSync(process.argv[1], process.argv.slice(2), { stdio: ' +
        '"inherit" }).status ?? 1)',
      electron,
      '.',
      ...args,
    ]).status ?? 1,
  )
process.stderr.write(
  args.includes('--headless')
    ? 'Serving without a window of its own.\n'
    : "Electron's binary is not here and could not be fetched; serving the same app on a loopback address instead.\n",
)
process.exit(
  runWithProjectNode([
    'out/main/hearth.js',
    'serve',
    ...(args.includes('--no-open') || process.env.CI ? [] : ['--open']),
    ...args.filter((arg) => arg !== '--headless' && arg !== '--no-open'),
  ]).status ?? 1,
)

/** The binary that Electron's package has or can fetch; null offline. */
function electronBinary() {
  const require = createRequire(join(root, 'package.json'))
  const installed = () => {
    const folder = join(require.resolve('electron/package.json'), '..')
    const name =
      process.platform === 'darwin'
        ? 'Electron.app/Contents/MacOS/Electron'
        : process.platform === 'win32'
          ? 'electron.exe'
          : 'electron'
    const path = join(folder, 'dist', name)
    return existsSync(path) ? path : null
  }
  if (installed()) return installed()
  if (process.env.ELECTRON_SKIP_BINARY_DOWNLOAD) return null
  runWithProjectNode(['node_modules/electron/install.js'], { stdio: 'ignore', timeout: 120_000 })
  return installed()
}
