// npm run fuzz [-- SECONDS [TARGET …]]: gives every reader of strangers' bytes inputs that chance changes, keeps those
// that reach code which none before reached, and says what crashes, hangs or takes longer than a second a kilobyte.
import { spawn } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { targets } from './targets/index.ts'
import type { Report } from './worker.ts'

const SECONDS = 10
/** A worker reports twice a second; one that is silent for so long hangs. */
const SILENT_MS = 70_000
const MEMORY_MB = 768
const MOST_SECONDS_A_KILOBYTE = 1

const [first, ...others] = process.argv.slice(2)
const timed = first !== undefined && /^\d+$/.test(first)
const seconds = timed ? Number(first) : SECONDS
const wanted = (timed ? others : [first, ...others]).filter((name) => name !== undefined)
const seed = process.env.HEARTH_FUZZ_SEED ?? '1'
for (const name of wanted) if (!targets.some((it) => it.name === name)) throw new Error(`there is no target ${name}`)

interface Outcome {
  readonly report: Report
  readonly found: string | null
}

async function run(name: string, folder: string): Promise<Outcome> {
  const child = spawn(
    process.execPath,
    [`--max-old-space-size=${MEMORY_MB}`, join(import.meta.dirname, 'worker.ts'), name, `${seconds}`, seed, folder],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let report: Report = { inputs: 0, characters: 0, kept: 0, slowest: 0 }
  let [heard, errors, silent] = [performance.now(), '', false]
  createInterface({ input: child.stdout }).on('line', (line) => {
    report = JSON.parse(line) as Report
    heard = performance.now()
  })
  child.stderr.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-4000)))
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)))
  const watch = async (): Promise<void> => {
    while (child.exitCode === null && child.signalCode === null) {
      if (performance.now() - heard > SILENT_MS) {
        silent = true
        child.kill('SIGKILL')
      }
      await sleep(500)
    }
  }
  const [code] = await Promise.all([ended, watch()])
  const slow = report.slowest > MOST_SECONDS_A_KILOBYTE ? `took ${report.slowest.toFixed(1)} s a kilobyte` : null
  const died = code === 0 ? null : `ended with ${code ?? 'a signal'}: ${errors.trim().split('\n').at(-1) ?? ''}`
  return { report, found: silent ? 'hangs' : (report.crash?.message ?? died ?? slow) }
}

const root = mkdtempSync(join(tmpdir(), 'hearth-fuzz-'))
const findings = join(root, 'findings')
mkdirSync(findings)
let failed = 0
process.stdout.write(
  `${'target'.padEnd(22)}${'inputs'.padStart(9)}${'reached'.padStart(9)}${'kept'.padStart(7)}  s/KB\n`,
)
for (const { name } of targets) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  const folder = join(root, name)
  mkdirSync(folder)
  const { report, found } = await run(name, folder)
  const { inputs, characters, kept, slowest } = report
  process.stdout.write(
    `${name.padEnd(22)}${String(inputs).padStart(9)}${String(characters).padStart(9)}${String(kept).padStart(7)}  ` +
      `${slowest.toFixed(3)}${found === null ? '' : '  FOUND'}\n`,
  )
  if (found !== null) {
    failed++
    const input = join(findings, name)
    copyFileSync(join(folder, 'now'), input)
    process.stdout.write(`  ${found.split('\n').slice(0, 6).join('\n  ')}\n  its input: ${input}\n`)
  }
  rmSync(folder, { recursive: true, force: true })
}
process.stdout.write(
  failed === 0 ? 'nothing was found\n' : `${failed} targets have a finding; inputs are in ${findings}\n`,
)
if (failed === 0) rmSync(root, { recursive: true, force: true })
process.exit(failed === 0 ? 0 : 1)
