import type { Sandbox, SandboxPolicy } from './sandbox.ts'

/** What oRPC needs of a message port; Electron's ports and the adapters below have it. */
export interface Port {
  on(event: string, listener: (event?: { data: unknown }) => void): void
  postMessage(message: unknown): void
}

export interface ChildProcess {
  readonly pid: number | undefined
  readonly port: Port
  /** Called once, however the child ends. */
  onExit(listener: (how: string) => void): void
  kill(signal?: 'SIGTERM' | 'SIGKILL'): void
}

/** The children that the host may start; each has one entry file. */
export type ChildName =
  | 'vault'
  | 'peer'
  | 'storage'
  | 'curation'
  | 'memory'
  | 'telemetry'
  | 'drill'
  | 'llm'
  | 'embedder'
  | 'trainer'

/** Starts child processes. Node forks; Electron asks the shell for a utility process; tests stay in memory. */
export interface Spawner {
  /** What keeps children apart that work for strangers, where this spawner can put them into something. */
  readonly sandbox: Sandbox | null
  /** @param policy puts the child into the sandbox; null leaves it a process like any other */
  spawn(name: ChildName, onOutput: (line: string) => void, policy: SandboxPolicy | null): ChildProcess
}
