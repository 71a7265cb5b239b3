import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Api } from '../../common/api/index.ts'
import { connect } from '../../main/headless/connect.ts'

const cli = join(import.meta.dirname, '../../main/headless/cli.ts')

export interface HearthProcess {
  readonly child: ChildProcess
  readonly dataDir: string
  readonly ready: Readonly<Record<string, string>>
  readonly kill: (signal: 'SIGTERM' | 'SIGKILL') => Promise<void>
}

/** Real `hearth` processes with data folders of their own, which go with the test. */
export class World {
  readonly folder = mkdtempSync(join(tmpdir(), 'hearth-world-'))
  readonly passphrase = randomBytes(12).toString('base64url')
  readonly #processes: HearthProcess[] = []
  readonly #closers: (() => void)[] = []
  #newest: ChildProcess | undefined

  /** The process that was launched last, ready or not. */
  newest(): ChildProcess {
    return this.#newest!
  }

  async launch(args: readonly string[], dataDir: string): Promise<HearthProcess> {
    mkdirSync(dataDir, { recursive: true })
    // Engines' own tests have the software GPU; a host would take a minute to measure it.
    const { VK_ICD_FILENAMES: _, ...env } = process.env
    const child = (this.#newest = spawn(process.execPath, [cli, ...args, '--data-dir', dataDir, '--json'], {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...env, VITEST: '' },
    }))
    const line = await new Promise<string>((resolve, reject) => {
      createInterface({ input: child.stdout! }).once('line', resolve)
      child.once('exit', (code, signal) => reject(new Error(`hearth ${args[0]} ended with ${signal ?? code}`)))
    })
    const kill = (signal: 'SIGTERM' | 'SIGKILL'): Promise<void> =>
      child.exitCode !== null || child.signalCode !== null
        ? Promise.resolve()
        : new Promise((resolve) => {
            child.once('exit', () => resolve())
            child.kill(signal)
          })
    const process_ = { child, dataDir, ready: JSON.parse(line) as Record<string, string>, kill }
    this.#processes.push(process_)
    return process_
  }

  chain(): Promise<HearthProcess> {
    return this.launch(['chain'], join(this.folder, 'chain'))
  }

  /** A host on a practice network; `network` is its address, or `embedded`. Unattended ones unlock by themselves. */
  serve(name: string, network: string, unattended = true): Promise<HearthProcess> {
    const dataDir = join(this.folder, name)
    mkdirSync(dataDir, { recursive: true })
    const file = join(dataDir, 'passphrase')
    writeFileSync(file, this.passphrase, { mode: 0o600 })
    return this.launch(['serve', '--network', network, ...(unattended ? ['--passphrase-file', file] : [])], dataDir)
  }

  async api(host: HearthProcess): Promise<Api> {
    const { api, close } = await connect({ origin: host.ready.origin!, token: host.ready.token! })
    this.#closers.push(close)
    return api
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const close of this.#closers) close()
    await Promise.all(this.#processes.reverse().map((item) => item.kill('SIGTERM')))
    rmSync(this.folder, { recursive: true, force: true })
  }
}
