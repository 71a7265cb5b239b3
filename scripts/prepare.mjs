// Brings a checkout into a state in which it can run: Node 24 and the packages of the lock file. Runs on Node 20
// itself.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))
const NODE_VERSION = '24.9.0'
const windows = process.platform === 'win32'
const nodeIn = (folder) => join(folder, 'node_modules', 'node', 'bin', windows ? 'node.exe' : 'node')
/** Node 24 of the project itself, there after `prepare`. */
export const projectNode = nodeIn(root)
/** Whether this is it: npm puts it first on the path. */
export const isProjectNode = process.version === `v${NODE_VERSION}`

export function fail(message) {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}

/** npm under a given Node: its JavaScript is found through the npm that started us, or beside the Node that runs us. */
function npm(node, args, cwd) {
  const candidates = [
    process.env.npm_execpath,
    join(dirname(process.execPath), '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(dirname(process.execPath), 'node_modules', 'npm', 'bin', 'npm-cli.js'),
  ]
  const cli = candidates.find((path) => path?.endsWith('.js') && existsSync(path))
  const env = {
    ...process.env,
    PATH: `${dirname(node)}${windows ? ';' : ':'}${process.env.PATH}`,
    ONNXRUNTIME_NODE_INSTALL: 'skip',
    NODE_ENV: 'development',
  }
  // Electron's binary is fetched by its first start, not by the installation.
  const options = { cwd, env, stdio: ['ignore', process.stderr, 'inherit'] }
  const result = cli ? spawnSync(node, [cli, ...args], options) : spawnSync('npm', args, { ...options, shell: windows })
  if (result.status !== 0) fail(`npm ${args[0]} failed; see above. Nothing else was changed.`)
}

/** Installs what is missing. Packages for other Node versions are skipped by npm, so Node 24 comes first. */
export function prepare() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  const marker = join(root, 'node_modules', '.hearth-lock')
  if (existsSync(marker) && readFileSync(marker, 'utf8') === lock && existsSync(projectNode)) return
  process.stderr.write('Installing packages (once) …\n')
  const bootstrap = join(root, '.node')
  let node = process.execPath
  if (Number(process.versions.node.split('.')[0]) < 24) {
    if (!existsSync(nodeIn(bootstrap))) {
      mkdirSync(bootstrap, { recursive: true })
      writeFileSync(join(bootstrap, 'package.json'), JSON.stringify({ private: true, allowScripts: { node: true } }))
      npm(process.execPath, ['install', '--no-audit', '--no-fund', `node@${NODE_VERSION}`], bootstrap)
    }
    node = nodeIn(bootstrap)
  }
  // Not `npm ci`: it begins by removing everything, with the Node that a Hearth may be running on. `--no-save` installs
  // the locked versions all the same and leaves the lock file alone.
  npm(node, ['install', '--no-save', '--no-audit', '--no-fund'], root)
  writeFileSync(marker, lock)
}

/** The environment in which `node` is the project's. */
export const projectEnvironment = (more = {}) => ({
  ...process.env,
  PATH: `${dirname(projectNode)}${windows ? ';' : ':'}${process.env.PATH}`,
  ...more,
})

/** Runs a script with the project's Node, and passes its exit on. */
export function runWithProjectNode(args, options = {}) {
  return spawnSync(projectNode, args, {
    cwd: root,
    stdio: 'inherit',
    ...options,
    env: projectEnvironment(options.env),
  })
}
