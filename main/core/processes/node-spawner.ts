import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { Duplex } from 'node:stream'
import { entryOf } from './entries.ts'
import { childEnvironment } from './environment.ts'
import { PIPE, pipePort } from './pipe-port.ts'
import { systemSandbox, type SandboxPolicy } from './sandbox.ts'
import type { ChildProcess, Port, Spawner } from './spawner.ts'
import { processes, type ChildName, type ProcessEntry } from './table.ts'

/** A program in place of a child's own, with its arguments. */
export type Substitutes = Readonly<Partial<Record<ChildName, readonly [file: string, ...args: string[]]>>>

/** Starts children as Node processes with a pipe. */
export class NodeSpawner implements Spawner {
  readonly sandbox = systemSandbox()
  readonly #substitutes: Substitutes

  constructor(substitutes: Substitutes = {}) {
    this.#substitutes = substitutes
  }

  spawn(name: ChildName, onOutput: (line: string) => void, policy: SandboxPolicy | null): ChildProcess {
    const { flags = [] }: ProcessEntry = processes[name]
    const [file, ...args] = this.#substitutes[name] ?? [entryOf(name)]
    const options = {
      env: childEnvironment(process.env, name),
      windowsHide: true,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'] as ('ignore' | 'pipe')[],
    }
    const plain = [process.execPath, ...flags, file, ...args] as const
    const [command, ...inside] = policy && this.sandbox ? this.sandbox(policy, plain) : plain
    const child = spawn(command, inside, options)
    for (const stream of [child.stdout, child.stderr])
      if (stream) createInterface({ input: stream }).on('line', onOutput)
    const exits: ((how: string) => void)[] = []
    let ended: string | undefined
    const exit = (how: string): void => {
      if (ended !== undefined) return
      ended = how
      for (const listener of exits) listener(how)
    }
    child.once('exit', (code, signal) => exit(signal ?? `code ${code}`))
    child.once('error', (error) => exit(error.message))
    const pipe = child.stdio[PIPE]
    if (!(pipe instanceof Duplex)) throw new Error('a child was started without its pipe')
    const line = pipePort(pipe, () => {
      onOutput('ended: what it wrote to the host is no message')
      child.kill('SIGKILL')
    })
    const port: Port = {
      postMessage: (message) => line.postMessage(message),
      on: (event, listener) => (event === 'message' ? line.on(event, listener) : void exits.push(() => listener())),
    }
    return {
      pid: child.pid,
      port,
      onExit: (listener) => (ended === undefined ? void exits.push(listener) : listener(ended)),
      kill: (signal = 'SIGTERM') => void child.kill(signal),
    }
  }
}
