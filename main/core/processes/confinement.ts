import { existsSync, mkdirSync } from 'node:fs'
import type { DataPaths } from '../paths.ts'
import type { SandboxPolicy } from './sandbox.ts'
import type { Limits } from './supervised.ts'
import { processes, type ConfinedName } from './table.ts'

/**
 * What holds a process that works for strangers: its limits, and the sandbox where that has proven itself. Folders are made
 * before they are shown to it.
 * @param reads asked at each start: what it may read beside its own folders
 */
export function confinementOf(
  name: ConfinedName,
  paths: DataPaths,
  isolated: boolean,
  reads: () => readonly string[] = () => [],
): { policy: () => SandboxPolicy | null; limits: Limits } {
  const { write: folders, ...limits } = processes[name].confined
  const write = folders.map((folder) => paths[folder])
  return {
    limits,
    policy: () => {
      if (!isolated) return null
      for (const folder of write) mkdirSync(folder, { recursive: true, mode: 0o700 })
      return { write, read: reads().filter((path) => existsSync(path)) }
    },
  }
}
