// Packs what was built for this system; the environment may name a feed and a maker (docs/releasing.md).
import { spawnSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { releaseOptions } from './release-options.ts'

const root = join(import.meta.dirname, '..', '..')
const keyFile = join(root, 'out', 'update-key.pem')
const { arguments: options, updateKey } = releaseOptions(process.env)
if (updateKey === null) rmSync(keyFile, { force: true })
else writeFileSync(keyFile, updateKey)
const builder = join(root, 'node_modules', 'electron-builder', 'cli.js')
const { status } = spawnSync(process.execPath, [builder, ...options, ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
})
process.exit(status ?? 1)
