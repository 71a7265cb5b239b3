import type { Sandbox, SandboxPolicy } from './sandbox.ts'
import type { ChildName } from './table.ts'

/** What oRPC needs of a message port. */
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

/** Starts child processes; tests put theirs in its place. */
export interface Spawner {
  /** What keeps children apart that work for strangers, where this spawner can put them into something. */
  readonly sandbox: Sandbox | null
  /** @param policy puts the child into the sandbox; null leaves it a process like any other */
  spawn(name: ChildName, onOutput: (line: string) => void, policy: SandboxPolicy | null): ChildProcess
}
