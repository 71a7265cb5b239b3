import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

// npm run bench:cli: what a command costs, from npm's start to its end, with and without a running host.

const MEMORIES = 2_000
/** Ticks of a second in /proc. */
const TICKS = 100
const root = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'hearth-bench-cli-'))
const dataDir = join(folder, 'data')
const say = (line: string): void => void process.stdout.write(`${line}\n`)

/** Runs a program and all that it starts to their end. `TIMEFORMAT` of bash counts the waited-for children of each. */
function measured(args: readonly string[]): Promise<{ wall: number; cpu: number }> {
  const script = `TIMEFORMAT='%R %U %S'; time "$@" >/dev/null 2>/dev/null`
  const child = spawn('bash', ['-c', script, 'bash', ...args], { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', (data: Buffer) => (said += data.toString()))
  return new Promise((done) =>
    child.once('close', () => {
      const [wall = 0, user = 0, system = 0] = said.trim().split(/\s+/).map(Number)
      done({ wall, cpu: user + system })
    }),
  )
}

/** Seconds of CPU that a running process has used; unknown where the system has no /proc. */
function cpuOf(pid: number | undefined): string {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
    return ((Number(fields[11]) + Number(fields[12])) / TICKS).toFixed(2)
  } catch {
    return '?'
  }
}

const hearth = (...args: string[]): string[] => ['npm', 'run', '-s', 'hearth', '--', ...args, '--data-dir', dataDir]

async function line(name: string, args: readonly string[]): Promise<void> {
  const runs = []
  for (let i = 0; i < 3; i++) runs.push(await measured(args))
  const best = runs.reduce((least, run) => (run.cpu < least.cpu ? run : least))
  say(`${name.padEnd(32)} ${best.cpu.toFixed(2).padStart(6)} s CPU ${best.wall.toFixed(2).padStart(6)} s wall`)
}

const chat = join(folder, 'chat.jsonl')
writeFileSync(
  chat,
  Array.from({ length: MEMORIES }, (_, i) => {
    const message = { id: `m${i}`, ts: 1.6e12 + i * 60_000, author: 'Ann', text: `message ${i} of the garden` }
    return `${JSON.stringify(message)}\n`
  }).join(''),
)
try {
  await measured(hearth('avatar', 'import', chat))
  await line('npm run -s hearth -- --version', hearth('--version'))
  await line('--help', hearth('--help'))
  await line('status, without a host', hearth('status', '--json'))
  await line('avatar search, without a host', hearth('avatar', 'search', 'garden', '--json'))

  const begun = performance.now()
  const host = spawn(process.execPath, ['out/main/hearth.js', 'serve', '--data-dir', dataDir, '--json'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await new Promise((ready) => createInterface({ input: host.stdout }).once('line', ready))
  const wall = (performance.now() - begun) / 1000
  say(`${'start of a host'.padEnd(32)} ${cpuOf(host.pid).padStart(6)} s CPU ${wall.toFixed(2).padStart(6)} s wall`)
  await line('status, beside a host', hearth('status', '--json'))
  await line('avatar search, beside a host', hearth('avatar', 'search', 'garden', '--json'))
  host.kill('SIGTERM')
  await new Promise((ended) => host.once('exit', ended))
} finally {
  rmSync(folder, { recursive: true, force: true })
}
