import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { homedir, tmpdir } from 'node:os'
import { join, relative, sep } from 'node:path'
import * as z from 'zod'
import type { IsolationReport } from '../../../common/model/isolation.ts'
import { appPath } from '../resources.ts'
import { childEnvironment } from './environment.ts'
import { callFilter } from './seccomp.ts'
import type { Sandbox } from './sandbox.ts'

const PATIENCE_MS = 10_000

/** Runs inside the sandbox and tries what must not work. Plain JavaScript, since it travels as an argument. */
const PROBE = `
const { readFileSync, readdirSync, writeFileSync } = require('node:fs')
const { canary, home, ways, port, shared, program } = JSON.parse(process.argv[1])
const works = (run) => { try { run(); return true } catch { return false } }
const linux = process.platform === 'linux'
const found = {
  canary: works(() => readFileSync(canary)),
  home: works(() => { if (readdirSync(home).every((name) => ways.includes(name))) throw new Error('empty') }),
  program: works(() => writeFileSync(program + '/isolation-probe', '')),
  shared: works(() => writeFileSync(shared + '/probe', 'x')),
  processes: linux ? readdirSync('/proc').filter((name) => /^\\d+$/.test(name)).length : 0,
  filtered: linux && /^Seccomp:\\s*2$/m.test(readFileSync('/proc/self/status', 'utf8')),
}
const socket = require('node:net').connect(port, '127.0.0.1')
const tell = (network) => { process.stdout.write(JSON.stringify({ ...found, network })); process.exit(0) }
socket.once('connect', () => tell(true))
socket.once('error', () => tell(false))
`
const Found = z.object({
  canary: z.boolean(),
  home: z.boolean(),
  program: z.boolean(),
  shared: z.boolean(),
  processes: z.number(),
  filtered: z.boolean(),
  network: z.boolean(),
})

/** Processes that a sandbox may hold beside the probe: its own first process, and on some systems a reaper. */
const MOST_PROCESSES = 3

/**
 * Tries the sandbox from inside: whether it hides the owner's files, the network and other processes, and still lets a
 * job's folder be written. Only what this shows counts; that a tool is installed proves nothing.
 */
export async function proveIsolation(
  sandbox: Sandbox | null,
  platform: NodeJS.Platform = process.platform,
): Promise<IsolationReport> {
  if (!sandbox)
    return {
      tier: 'process',
      checks: [],
      why:
        platform === 'linux'
          ? 'bubblewrap is not installed (Debian and Ubuntu: apt install bubblewrap)'
          : 'this system has no sandbox that Hearth knows yet',
    }
  const folder = await mkdtemp(join(tmpdir(), 'hearth-isolation-'))
  const canary = join(folder, 'canary')
  const server = createServer((socket) => socket.destroy())
  try {
    await writeFile(canary, 'nobody reads this', { mode: 0o600 })
    const shared = await mkdtemp(join(folder, 'shared-'))
    const port = await new Promise<number>((resolve, reject) => {
      server.once('error', reject)
      server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port))
    })
    const program = appPath()
    const facts = {
      canary,
      home: homedir(),
      ways: waysFromHome([program, process.execPath, shared]),
      port,
      shared,
      program,
    }
    const output = await run(
      sandbox({ write: [shared], read: [] }, [process.execPath, '-e', PROBE, JSON.stringify(facts)]),
    )
    const parsed = Found.safeParse(tryJson(output.text))
    if (!parsed.success)
      return {
        tier: 'process',
        checks: [],
        why: `the sandbox did not start: ${output.text.slice(0, 200) || output.how}`,
      }
    const { canary: read, home, program: changed, shared: wrote, processes, filtered, network } = parsed.data
    const checks: IsolationReport['checks'] = [
      { name: 'files', holds: !read && !home },
      { name: 'program', holds: !changed },
      { name: 'network', holds: !network },
      { name: 'processes', holds: platform !== 'linux' || processes <= MOST_PROCESSES },
      { name: 'calls', holds: platform !== 'linux' || filtered || !callFilter(process.arch) },
      { name: 'work', holds: wrote },
    ]
    const broken = checks.filter(({ holds }) => !holds)
    return {
      tier: broken.length === 0 ? 'sandbox' : 'process',
      checks,
      why: broken.length === 0 ? null : `the sandbox does not hold: ${broken.map(({ name }) => name).join(', ')}`,
    }
  } finally {
    server.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** Of a program that lies below the home folder the way to it is there, and nothing beside it. */
const waysFromHome = (paths: readonly string[]): readonly string[] =>
  paths.flatMap((path) => {
    const [first = ''] = relative(homedir(), path).split(sep)
    return first === '' || first === '..' ? [] : [first]
  })

function run([command, ...args]: readonly [string, ...string[]]): Promise<{ text: string; how: string }> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      env: childEnvironment(process.env),
      windowsHide: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: PATIENCE_MS,
      killSignal: 'SIGKILL',
    })
    let text = ''
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()))
    child.once('error', (error) => resolve({ text: '', how: error.message }))
    child.once('close', (code, signal) => resolve({ text, how: signal ?? `code ${code}` }))
  })
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
