import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { extractAll, listPackage } from '@electron/asar'
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { childNames } from '../../main/core/processes/table.ts'
import { upload } from '../../main/cli/upload.ts'
import { connect } from '../../main/headless/connect.ts'

const root = join(import.meta.dirname, '../..')
/** Resources of one platform, without Electron itself. */
const BUDGET_MIB = 300
const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'

let folder: string
let app: string
let files: string[]

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
  app = join(folder, 'dist', 'linux-unpacked')
  files = listPackage(join(app, 'resources', 'app.asar'), { isPack: false })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe.skipIf(process.platform !== 'linux' || process.arch !== 'x64')('the package', () => {
  test('has every fuse set as the design says', async () => {
    const wire = await getCurrentFuseWire(
      join(
        app,
        readdirSync(app).find((name) => /^hearth$/i.test(name))!,
      ),
    )
    const on = [
      FuseV1Options.EnableCookieEncryption,
      FuseV1Options.EnableEmbeddedAsarIntegrityValidation,
      FuseV1Options.OnlyLoadAppFromAsar,
    ]
    const off = [
      FuseV1Options.RunAsNode,
      FuseV1Options.EnableNodeOptionsEnvironmentVariable,
      FuseV1Options.EnableNodeCliInspectArguments,
      FuseV1Options.GrantFileProtocolExtraPrivileges,
    ]
    for (const fuse of on) expect(wire[fuse], FuseV1Options[fuse]).toBe(FuseState.ENABLE)
    for (const fuse of off) expect(wire[fuse], FuseV1Options[fuse]).toBe(FuseState.DISABLE)
  })

  test('holds the bundles and no sources, tests, maps or other platforms’ binaries', () => {
    for (const name of [
      '/out/main/main.js',
      '/out/main/host.js',
      ...childNames.map((name) => `/out/main/${name}.js`),
      '/out/preload/preload.cjs',
      '/out/renderer/index.html',
      '/resources/contracts/Market.json',
      '/resources/lexicon.bin',
      '/resources/lexicon.LICENSE',
      '/resources/avatar/avatar.gguf',
      '/resources/avatar/sample.jsonl',
    ])
      expect(files).toContain(name)
    for (const name of [
      '/node_modules/@node-llama-cpp/linux-x64/package.json',
      '/node_modules/@node-llama-cpp/linux-x64-vulkan/package.json',
      '/node_modules/@img/sharp-libvips-linux-x64/package.json',
    ])
      expect(files).toContain(name)
    expect(files.filter((name) => /@node-llama-cpp\/[^/]*cuda|react-native\//.test(name))).toEqual([])
    const own = files.filter((name) => !name.startsWith('/node_modules/'))
    expect(own.filter((name) => /\.tsx?$|\.map$|\.sol$|\/test\/|\/e2e\//.test(name))).toEqual([])
    expect(
      files.filter(
        (name) => /darwin|win32|linuxmusl|linux[-/]arm64/.test(name) && /\.(node|dll|dylib|exe|so[.\d]*)$/.test(name),
      ),
    ).toEqual([])
  })

  test('keeps within its size', () => {
    const mebibytes = sizeOf(join(app, 'resources')) / 2 ** 20
    process.stdout.write(`resources: ${mebibytes.toFixed(0)} MiB of ${BUDGET_MIB}\n`)
    expect(mebibytes).toBeLessThan(BUDGET_MIB)
  })

  test('starts its host: natives, children and the practice chain load from the package', async () => {
    const extracted = join(folder, 'extracted')
    extractAll(join(app, 'resources', 'app.asar'), extracted)
    const anvil = 'node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil'
    expect(statSync(join(app, 'resources', 'app.asar.unpacked', anvil)).mode & 0o111).not.toBe(0)
    // The extraction drops modes; in the package the file is the one above.
    chmodSync(join(extracted, anvil), 0o755)
    const child = spawn(
      process.execPath,
      [join(extracted, 'out/main/hearth.js'), 'serve', '--data-dir', join(folder, 'data'), '--json'],
      { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] },
    )
    let errors = ''
    child.stderr.on('data', (chunk) => (errors += String(chunk)))
    try {
      const line = await new Promise<string>((resolve, reject) => {
        createInterface({ input: child.stdout }).once('line', resolve)
        child.once('exit', (code) => reject(new Error(`ended with ${code}: ${errors}`)))
      })
      const { api, close } = await connect(JSON.parse(line) as { origin: string; token: string })
      await expect(api.wallet.create({ passphrase: 'correct horse battery' })).resolves.toMatchObject({ state: 'open' })
      await api.avatar.import({
        name: 'chat',
        upload: await upload(api, join(root, 'resources/demo/chat.txt')),
        format: null,
        dateOrder: null,
        label: 'private',
      })
      await expect(api.avatar.search({ query: 'vegetables', k: 3 })).resolves.toHaveLength(3)
      const { backends } = await api.earn.measure({ quick: true })
      expect(backends.find((item) => item.backend === 'cpu')).toMatchObject({ exact: true })
      close()
    } finally {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      if (child.exitCode === null) {
        child.kill('SIGTERM')
        await ended
      }
    }
  })
})
