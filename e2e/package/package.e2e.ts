import { execFile, spawn, spawnSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { extractFile, listPackage } from '@electron/asar'
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { childNames } from '../../main/core/processes/table.ts'
import { upload } from '../../main/cli/upload.ts'
import { connect, type Connection } from '../../main/headless/connect.ts'
import { changedFiles, HostFiles } from '../../main/shell/policy/host-files.ts'
import { nativesIn } from '../../scripts/package/natives.ts'
import { answersAChat, takesATrainingStep } from '../desktop/shared-specs.ts'

const root = join(import.meta.dirname, '../..')
/** What lies beside Electron itself, for one system: 129 MiB of it are Node. */
const BUDGET_MIB = 450
const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'

let folder: string
let resources: string
let archived: string[]

const sizeOf = (path: string): number =>
  statSync(path).isDirectory()
    ? readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0)
    : statSync(path).size

/** A distribution with Electron's file names, and a binary that holds nothing but the fuse wire. */
function writeStub(path: string): void {
  mkdirSync(join(path, 'resources'), { recursive: true })
  const wire = Buffer.concat([Buffer.from(SENTINEL), Buffer.from([1, 9]), Buffer.from('101100110')])
  writeFileSync(join(path, 'electron'), Buffer.concat([Buffer.alloc(4096), wire, Buffer.alloc(4096)]))
  chmodSync(join(path, 'electron'), 0o755)
  for (const name of ['LICENSE', 'version', 'LICENSES.chromium.html']) writeFileSync(join(path, name), 'stub')
}

/** A person's environment without any Node of theirs. */
const environment = () => ({ PATH: '/usr/bin:/bin', HOME: folder, TMPDIR: tmpdir() })
const hearth = async (...args: string[]): Promise<Record<string, unknown>> => {
  const { stdout } = await promisify(execFile)(join(resources, 'bin', 'hearth'), [...args, '--json'], {
    env: environment(),
    maxBuffer: 2 ** 24,
  })
  return JSON.parse(stdout.trimEnd().split('\n').at(-1)!) as Record<string, unknown>
}

describe.skipIf(process.platform !== 'linux' || process.arch !== 'x64')('the package', () => {
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'hearth-package-'))
    writeStub(join(folder, 'electron'))
    const build = spawnSync(
      process.execPath,
      [
        join(root, 'node_modules/electron-builder/cli.js'),
        '--linux',
        'dir',
        '--x64',
        `-c.electronDist=${join(folder, 'electron')}`,
        `-c.directories.output=${join(folder, 'dist')}`,
      ],
      { cwd: root, encoding: 'utf8', env: { ...process.env, ELECTRON_OVERRIDE_DIST_PATH: '/nonexistent' } },
    )
    if (build.status !== 0) throw new Error(build.stdout + build.stderr)
    resources = join(folder, 'dist', 'linux-unpacked', 'resources')
    archived = listPackage(join(resources, 'app.asar'), { isPack: false })
  }, 240_000)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('has every fuse set as the design says', async () => {
    const wire = await getCurrentFuseWire(join(folder, 'dist', 'linux-unpacked', 'hearth-desktop'))
    const on = [FuseV1Options.EnableEmbeddedAsarIntegrityValidation, FuseV1Options.OnlyLoadAppFromAsar]
    const off = [
      FuseV1Options.RunAsNode,
      FuseV1Options.EnableCookieEncryption,
      FuseV1Options.EnableNodeOptionsEnvironmentVariable,
      FuseV1Options.EnableNodeCliInspectArguments,
      FuseV1Options.GrantFileProtocolExtraPrivileges,
    ]
    for (const fuse of on) expect(wire[fuse], FuseV1Options[fuse]).toBe(FuseState.ENABLE)
    for (const fuse of off) expect(wire[fuse], FuseV1Options[fuse]).toBe(FuseState.DISABLE)
  })

  test('holds the shell and the window in its archive, and packages of others nowhere but beside it', () => {
    for (const name of [
      '/out/main/main.js',
      '/out/preload/preload.cjs',
      '/out/renderer/index.html',
      '/out/host-files.json',
    ])
      expect(archived).toContain(name)
    expect(archived.filter((name) => name.includes('node_modules'))).toEqual([])
    // What the shell imports is within the archive, or Electron's and Node's own.
    const imported = archived
      .filter((name) => name === '/out/main/main.js')
      .flatMap((name) => [
        ...extractFile(join(resources, 'app.asar'), name.slice(1))
          .toString()
          .matchAll(/^import\b[^'"]*['"]([^'"]+)['"]/gm),
      ])
      .map(([, from]) => from!)
    expect(imported.length).toBeGreaterThan(3)
    expect(imported.filter((from) => !/^(node:|electron$|\.\/)/.test(from))).toEqual([])
  })

  test('holds the host with what it reads, and no sources, tests, maps or other systems’ machine code', () => {
    const host = readdirSync(join(resources, 'host'), { recursive: true, encoding: 'utf8' })
    for (const name of [
      'out/main/desktop-host.js',
      'out/main/hearth.js',
      ...childNames.map((name) => `out/main/${name}.js`),
      'out/renderer/index.html',
      'resources/contracts/Market.json',
      'resources/lexicon.bin',
      'resources/lexicon.LICENSE',
      'resources/avatar/avatar.gguf',
      'resources/avatar/sample.jsonl',
      // Without it the language model does not start.
      'node_modules/node-llama-cpp/llama/binariesGithubRelease.json',
      'node_modules/@node-llama-cpp/linux-x64/package.json',
      'node_modules/@node-llama-cpp/linux-x64-vulkan/package.json',
      'node_modules/@img/sharp-libvips-linux-x64/package.json',
    ])
      expect(host).toContain(name)
    expect(host.filter((name) => /@node-llama-cpp\/[^/]*cuda|react-native\//.test(name))).toEqual([])
    expect(
      host.filter((name) => !name.startsWith('node_modules/') && /\.tsx?$|\.map$|\.sol$|\/(test|e2e)\//.test(name)),
    ).toEqual([])
    const code = nativesIn(resources).map(({ path, code }) => `${path}: ${code?.platform} ${code?.arch}`)
    expect(code.length).toBeGreaterThan(10)
    expect(code.filter((line) => !line.endsWith(': linux x64'))).toEqual([])
  })

  test('keeps within its size', () => {
    const mebibytes = sizeOf(resources) / 2 ** 20
    process.stdout.write(`resources: ${mebibytes.toFixed(0)} MiB of ${BUDGET_MIB}\n`)
    expect(mebibytes).toBeLessThan(BUDGET_MIB)
  })

  test('knows each file beside its archive, and names what was changed, added or taken away', async () => {
    const list = HostFiles.parse(JSON.parse(extractFile(join(resources, 'app.asar'), 'out/host-files.json').toString()))
    const begun = performance.now()
    expect(await changedFiles(resources, list)).toEqual([])
    process.stdout.write(
      `${Object.keys(list).length} files beside the archive were checked in ${(performance.now() - begun).toFixed(0)} ms\n`,
    )
    const changed = join(resources, 'host/out/main/vault.js')
    const before = readFileSync(changed)
    appendFileSync(changed, '\n//')
    const added = join(resources, 'host/out/node_modules/ethers')
    mkdirSync(added, { recursive: true })
    writeFileSync(join(added, 'index.js'), '')
    const taken = join(resources, 'host/resources/lexicon.LICENSE')
    const licence = readFileSync(taken)
    rmSync(taken)
    expect((await changedFiles(resources, list)).toSorted()).toEqual([
      'host/out/main/vault.js',
      'host/out/node_modules/ethers/index.js',
      'host/resources/lexicon.LICENSE',
    ])
    symlinkSync('/etc/passwd', taken)
    await expect(changedFiles(resources, list)).rejects.toThrow('lexicon.LICENSE is no plain file')
    rmSync(taken)
    writeFileSync(taken, licence)
    writeFileSync(changed, before)
    rmSync(join(resources, 'host/out/node_modules'), { recursive: true })
    expect(await changedFiles(resources, list)).toEqual([])
  })

  test('has a command line that runs on its own Node, through a link too', async () => {
    symlinkSync(join(resources, 'bin', 'hearth'), join(folder, 'hearth'))
    const { status, stdout } = spawnSync(join(folder, 'hearth'), ['--version'], {
      env: environment(),
      encoding: 'utf8',
    })
    expect([status, stdout.trim()]).toEqual([0, '0.1.0'])
  })

  test('runs a whole order between a provider and a customer', async () => {
    expect(await hearth('demo', '--rows', '4096', '--net', 'small')).toMatchObject({ conserved: true })
  })

  describe('and its host', () => {
    let host: ReturnType<typeof spawn>
    let line: Connection
    beforeAll(async () => {
      host = spawn(join(resources, 'bin', 'hearth'), ['serve', '--data-dir', join(folder, 'data'), '--json'], {
        env: environment(),
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const ready = await new Promise<string>((resolve, reject) => {
        createInterface({ input: host.stdout! }).once('line', resolve)
        host.once('exit', (code) => reject(new Error(`the host ended with ${code}`)))
      })
      line = await connect(JSON.parse(ready) as { origin: string; token: string })
    }, 60_000)
    afterAll(async () => {
      line.close()
      const ended = new Promise((resolve) => host.once('exit', resolve))
      host.kill('SIGTERM')
      await ended
    })

    test('keeps strangers’ work in the sandbox, on the Node of the package', async (context) => {
      const { tier, why } = await line.api.machine.isolation({})
      if (why?.includes('bubblewrap is not installed')) return context.skip(why)
      expect({ tier, why }).toEqual({ tier: 'sandbox', why: null })
    })

    test('measures exactly, reads a chat, finds in it, and seals it', async () => {
      const { api } = line
      await expect(api.wallet.create({ passphrase: 'correct horse battery' })).resolves.toMatchObject({ state: 'open' })
      const { backends } = await api.earn.measure({ quick: true })
      expect(backends.find((item) => item.backend === 'cpu')).toMatchObject({ exact: true })
      const chat = await upload(api, join(root, 'resources/demo/chat.txt'))
      await api.avatar.import({ name: 'chat', upload: chat, format: null, dateOrder: null, label: 'private' })
      await expect(api.avatar.search({ query: 'vegetables', k: 3 })).resolves.toHaveLength(3)
      const dataset = await api.data.create({
        name: 'Garden chat',
        upload: await upload(api, join(root, 'resources/demo/chat.txt')),
        format: null,
        dateOrder: null,
        country: 'DE',
      })
      const licence = { use: 'train', redistribution: false, term: null } as const
      const terms = { name: 'Garden chat', description: 'A chat.', licence, royalty: 500, parent: null }
      await expect(api.data.seal({ dataset: dataset.id, terms, asset: null })).resolves.toBeDefined()
    })

    test('answers a chat with the model that it brings', () => answersAChat(line.api))

    test('takes a training step on the model that it brings', () =>
      takesATrainingStep(line.api, join(resources, 'host/resources/demo/model')))
  })
})
