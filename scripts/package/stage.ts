// Lays out what a package has beside its archive: the host with the packages that it runs on, a Node to run them, and
// the command line. node scripts/package/stage.ts [PLATFORM ARCH]
import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { listFiles } from '../../main/shell/policy/host-files.ts'
import { launchers } from './launchers.ts'
import { codeOf, requireNatives } from './natives.ts'
import { productionPackages, readLock } from './production-packages.ts'
import { isShipped } from './shipped.ts'
import { isHere, nameOf, nodePackage, targetOf, type Target } from './targets.ts'

const root = join(import.meta.dirname, '../..')
const NODE_VERSION = process.versions.node

/** What of the project the host reads. */
const own = [
  'package.json',
  'out/main',
  'out/renderer',
  'resources/contracts',
  'resources/demo',
  'resources/locales/en.json',
  'resources/avatar/avatar.gguf',
  'resources/avatar/sample.jsonl',
  'resources/lexicon.bin',
  'resources/lexicon.LICENSE',
]

/** @returns the folder, whose `host`, `runtime` and `bin` go beside the archive */
export async function stage(target: Target): Promise<string> {
  const folder = join(root, 'dist', 'stage', nameOf(target))
  rmSync(folder, { recursive: true, force: true })
  const host = join(folder, 'host')
  mkdirSync(host, { recursive: true })
  for (const path of own) copy(root, host, path, target)
  const from = isHere(target) ? root : install(target, join(folder, 'install'))
  for (const { folder: path, optional } of productionPackages(readLock(root), target))
    if (existsSync(join(from, path))) copy(from, host, path, target)
    else if (!optional) throw new Error(`${path} is not installed`)
  requireNatives(host, target)
  placeNode(target, join(folder, 'runtime'), join(folder, 'install'))
  for (const { name, text } of launchers(target)) {
    mkdirSync(join(folder, 'bin'), { recursive: true })
    writeFileSync(join(folder, 'bin', name), text, { mode: 0o755 })
  }
  rmSync(join(folder, 'install'), { recursive: true, force: true })
  // What the archive knows of the files beside it.
  const files = await listFiles(folder, ['host', 'runtime'])
  writeFileSync(join(root, 'out', 'host-files.json'), JSON.stringify(files))
  return folder
}

/** Copies what is shipped of a folder or file; packages within a package come on their own. */
function copy(from: string, to: string, path: string, target: Target): void {
  const source = join(from, path)
  cpSync(source, join(to, path), {
    recursive: true,
    dereference: true,
    filter: (file) => {
      const below = relative(from, file).replaceAll(sep, '/')
      const inner = relative(source, file).replaceAll(sep, '/')
      return !/(^|\/)node_modules$/.test(inner) && isShipped(below, target)
    },
  })
}

/** The packages of another system, by npm. */
function install(target: Target, folder: string): string {
  mkdirSync(folder, { recursive: true })
  for (const name of ['package.json', 'package-lock.json']) copyFileSync(join(root, name), join(folder, name))
  npm(folder, ['ci', '--omit=dev', '--ignore-scripts', `--os=${target.platform}`, `--cpu=${target.arch}`])
  return folder
}

/** The Node of a target: the one that runs this, or npm's of another system. */
function placeNode(target: Target, runtime: string, scratch: string): void {
  const windows = target.platform === 'win32'
  let node = process.execPath
  let licence = join(dirname(dirname(node)), 'LICENSE')
  if (!isHere(target)) {
    const name = nodePackage(target)
    const place = join(scratch, 'node')
    mkdirSync(place, { recursive: true })
    writeFileSync(join(place, 'package.json'), '{}')
    npm(place, [
      'install',
      '--force',
      '--ignore-scripts',
      `--os=${target.platform}`,
      `--cpu=${target.arch}`,
      `${name}@${NODE_VERSION}`,
    ])
    node = join(place, 'node_modules', name, 'bin', windows ? 'node.exe' : 'node')
    licence = join(place, 'node_modules', name, 'LICENSE')
  }
  const placed = join(runtime, windows ? 'hearth-node.exe' : 'hearth-node')
  mkdirSync(runtime, { recursive: true })
  copyFileSync(node, placed)
  chmodSync(placed, 0o755)
  if (existsSync(licence)) copyFileSync(licence, join(runtime, 'LICENSE'))
  const code = codeOf(placed)
  if (code?.platform !== target.platform || code.arch !== target.arch)
    throw new Error(`${node} is no Node for ${nameOf(target)}`)
}

function npm(cwd: string, args: readonly string[]): void {
  const { status } = spawnSync('npm', [...args, '--no-audit', '--no-fund'], {
    cwd,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  })
  if (status !== 0) throw new Error(`npm ${args[0]} failed`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [platform = process.platform, arch = process.arch] = process.argv.slice(2)
  process.stdout.write(`${await stage(targetOf(platform, arch))}\n`)
}
