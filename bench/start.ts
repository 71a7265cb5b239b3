import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'

// npm run bench:start [-- --seconds 60]: what the app costs before anybody asks it for anything, as built. Linux, since
// /proc tells it. Exits 1 above a bar.

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '60' } } })
const BARS = { readyMs: 1_000, idleShare: 0.01, memoryMiB: 450 }
const WARM_RUNS = 5
/** After which a host has done what it does once after a start. */
const SETTLE_MS = 15_000
const TICKS = 100
const MIB = 2 ** 20
const root = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'hearth-bench-start-'))
const dataDir = join(folder, 'data')
let failed = false
const say = (line: string): void => void process.stdout.write(`${line}\n`)
const bar = (what: string, value: number, most: number, unit: string, places = 0): void => {
  if (value > most) failed = true
  say(`${value > most ? 'FAIL' : 'ok  '} ${what}: ${value.toFixed(places)} ${unit} (bar ${most} ${unit})`)
}

interface Running {
  readonly child: ChildProcess
  readonly readyMs: number
}

async function start(): Promise<Running> {
  const begun = performance.now()
  const child = spawn(process.execPath, [join(root, 'out/main/hearth.js'), 'serve', '--data-dir', dataDir, '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await new Promise((resolve) => createInterface({ input: child.stdout! }).once('line', resolve))
  return { child, readyMs: performance.now() - begun }
}
async function stop({ child }: Running): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await ended
}

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
/** A process and all that it started. */
function tree(pid: number): number[] {
  const children = read(`/proc/${pid}/task/${pid}/children`).trim().split(' ').filter(Boolean).map(Number)
  return [pid, ...children.flatMap(tree)]
}
const cpuOf = (pid: number): number => {
  const fields = read(`/proc/${pid}/stat`)
    .replace(/^.*\) /s, '')
    .split(' ')
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / TICKS
}
const nameOf = (pid: number): string => {
  const [program = '', ...args] = read(`/proc/${pid}/cmdline`).split('\0')
  const file = args.find((arg) => arg.endsWith('.js'))
  return file ? basename(file, '.js') : basename(program)
}
/** Resident bytes, of what is shared its part. */
const memoryOf = (pid: number): number =>
  Number(/^Pss:\s+(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0) * 1024

const nodeMs = await (async () => {
  const times = []
  for (let i = 0; i < WARM_RUNS; i++) {
    const begun = performance.now()
    await new Promise((resolve) => spawn(process.execPath, ['-e', '0']).once('exit', resolve))
    times.push(performance.now() - begun)
  }
  return Math.min(...times)
})()
say(`Node itself starts and ends in ${nodeMs.toFixed(0)} ms`)

try {
  const first = await start()
  say(`a new data folder: ready in ${first.readyMs.toFixed(0)} ms, ${(first.readyMs / nodeMs).toFixed(1)} × Node`)
  await stop(first)
  const runs: number[] = []
  for (let i = 0; i < WARM_RUNS; i++) {
    const running = await start()
    runs.push(running.readyMs)
    await stop(running)
  }
  const median = runs.toSorted((a, b) => a - b)[Math.floor(WARM_RUNS / 2)]!
  say(`warm: ${runs.map((ms) => ms.toFixed(0)).join(', ')} ms, ${(median / nodeMs).toFixed(1)} × Node`)
  bar('ready, warm', median, BARS.readyMs, 'ms')

  const running = await start()
  await sleep(SETTLE_MS)
  const pids = tree(running.child.pid!)
  const before = new Map(pids.map((pid) => [pid, cpuOf(pid)]))
  const seconds = Number(values.seconds)
  await sleep(seconds * 1_000)
  let [cpu, memory] = [0, 0]
  for (const pid of tree(running.child.pid!)) {
    const used = cpuOf(pid) - (before.get(pid) ?? 0)
    const held = memoryOf(pid)
    cpu += used
    memory += held
    say(
      `     ${nameOf(pid).padEnd(20)} ${(held / MIB).toFixed(0).padStart(4)} MiB ${((used / seconds) * 100).toFixed(2).padStart(6)} % CPU, ${cpuOf(pid).toFixed(2)} s since its start`,
    )
  }
  bar('idle CPU of all processes', (cpu / seconds) * 100, BARS.idleShare * 100, '% of a core', 2)
  bar('idle memory of all processes', memory / MIB, BARS.memoryMiB, 'MiB')
  await stop(running)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
process.exit(failed ? 1 : 0)
