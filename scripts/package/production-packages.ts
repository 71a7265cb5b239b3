import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { nativePackages, type Target } from './targets.ts'

interface LockEntry {
  readonly dev?: boolean
  readonly optional?: boolean
  readonly devOptional?: boolean
  readonly os?: readonly string[]
  readonly cpu?: readonly string[]
}
export interface LockFile {
  readonly packages: Readonly<Record<string, LockEntry>>
}

export const readLock = (root: string): LockFile =>
  JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as LockFile

/** One system's code alone, and what such a package brings. */
const NATIVE = /^node_modules\/(@(?:img\/sharp-|node-llama-cpp\/|foundry-rs\/anvil-)[^/]+)/

/**
 * Folders below the project of the packages that a target's host runs on, with whether npm may leave them out. Of
 * native code the target's own alone.
 */
export function productionPackages(
  { packages }: LockFile,
  target: Target,
): readonly { readonly folder: string; readonly optional: boolean }[] {
  const own = new Set(nativePackages(target))
  return Object.entries(packages).flatMap(([folder, { dev, devOptional, optional = false, os, cpu }]) => {
    if (folder === '' || dev || devOptional) return []
    const native = NATIVE.exec(folder)?.[1]
    if (native !== undefined) return own.has(native) ? [{ folder, optional: false }] : []
    return fits(os, target.platform) && fits(cpu, target.arch) ? [{ folder, optional }] : []
  })
}

/** As npm reads it: one of the names, or none of those with a mark. */
const fits = (names: readonly string[] | undefined, own: string): boolean =>
  names === undefined ||
  (names.some((name) => !name.startsWith('!')) ? names.includes(own) : !names.includes(`!${own}`))
