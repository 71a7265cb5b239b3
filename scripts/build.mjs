// Builds the window and the bundles, unless the last build is newer than every source.
import { existsSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { prepare, root, runWithProjectNode } from './prepare.mjs'

const sources = [
  'common',
  'main',
  'native',
  'preload',
  'renderer',
  'resources',
  'electron.vite.config.ts',
  'package-lock.json',
]
const marker = join(root, 'out', '.built')

const newest = (path) => {
  const info = statSync(path)
  return info.isDirectory()
    ? Math.max(info.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))))
    : info.mtimeMs
}

export function build() {
  const latest = Math.max(...sources.map((name) => newest(join(root, name))))
  if (existsSync(marker) && statSync(marker).mtimeMs > latest) return
  process.stderr.write('Building …\n')
  const result = runWithProjectNode(
    ['node_modules/electron-vite/bin/electron-vite.js', 'build', '--logLevel', 'warn'],
    { stdio: ['ignore', process.stderr, 'inherit'] },
  )
  if (result.status !== 0) process.exit(result.status ?? 1)
  writeFileSync(marker, '')
  const now = new Date()
  utimesSync(marker, now, now)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  prepare()
  build()
}
