import { spawn, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'

const program = join(import.meta.dirname, '../../main/headless/cli.ts')

export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** A `hearth` command as somebody gives it: what it prints, and how it ends. */
export class CommandLine {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  #out = ''
  #err = ''

  constructor(args: readonly string[]) {
    // Engines' own tests have the software GPU; a host would take a minute to measure it.
    const { VK_ICD_FILENAMES: _, ...env } = process.env
    this.child = spawn(process.execPath, [program, ...args], { env: { ...env, VITEST: '' } })
    this.child.stdout?.on('data', (data: Buffer) => (this.#out += data.toString()))
    this.child.stderr?.on('data', (data: Buffer) => (this.#err += data.toString()))
    this.ended = new Promise((done) =>
      this.child.once('close', (code) => done({ code, out: this.#out, err: this.#err })),
    )
  }

  /** Waits until the command has said something. */
  async says(text: string): Promise<void> {
    while (!this.#err.includes(text)) {
      if (this.child.exitCode !== null) throw new Error(`it ended without saying “${text}”: ${this.#err}`)
      await new Promise((done) => setTimeout(done, 50))
    }
  }
}

export const hearth = (...args: string[]): Promise<Ended> => new CommandLine(args).ended
/** The object of the last line. */
export const lastLine = ({ out }: Ended): Record<string, unknown> =>
  JSON.parse(out.trimEnd().split('\n').at(-1) ?? '') as Record<string, unknown>
