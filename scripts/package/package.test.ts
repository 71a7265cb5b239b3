import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { productionPackages, readLock } from './production-packages.ts'
import { isShipped } from './shipped.ts'
import { nameOf, nativePackages, targetOf, targets } from './targets.ts'

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

test('a system that Hearth is not packaged for is refused', () => {
  expect(() => targetOf('freebsd', 'x64')).toThrow('not packaged for freebsd-x64')
})
