import { existsSync, mkdirSync } from 'node:fs'
import type { DataPaths } from '../paths.ts'
import type { SandboxPolicy } from './sandbox.ts'
import type { Limits } from './supervised.ts'
import { processes, type ConfinedName, type Confinement } from './table.ts'

/** What ends a process that works for strangers when it oversteps, as the table says. */
export function limitsOf(name: ConfinedName): { memory: { bytes: number }; silenceMs: number } {
  const { memoryBytes, silenceMs } = processes[name].confined
  return { memory: { bytes: memoryBytes }, silenceMs }
}

/** The only folders of the data folder that a process may write, and may read beside. */
export function foldersOf(name: ConfinedName, paths: DataPaths): SandboxPolicy {
  const { write, read = [] }: Confinement = processes[name].confined
  return { write: write.map((folder) => paths[folder]), read: read.map((folder) => paths[folder]) }
}

/**
 * Holds a process that works for strangers: its limits, and the sandbox where that has proven itself. Folders are made
 * before they are shown to it.
 */
export const confinementOf = (
  { policy, limits }: { readonly policy: () => SandboxPolicy; readonly limits: Limits },
  isolated: boolean,
): { policy: () => SandboxPolicy | null; limits: Limits } => ({
  limits,
  policy: () => {
    if (!isolated) return null
    const { write, read, ...rest } = policy()
    for (const folder of write) mkdirSync(folder, { recursive: true, mode: 0o700 })
    return {
      ...rest,
      write,
      read: read.filter((path) => existsSync(path)),
      ...(limits.memoryBytes === undefined ? {} : { memoryBytes: limits.memoryBytes }),
    }
  },
})
