// npm run mutants: makes small faults in the contracts, one at a time, and says how many the behaviour tests notice.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const limit = Number(process.argv[2] ?? Infinity)

/** Hand-chosen kinds of fault: [what is looked for, what takes its place]. */
const faults = [
  [/if \(([^;]*?)\) revert [^;]+;/g, ''],
  [/ < /g, ' <= '],
  [/ > /g, ' >= '],
  [/ >= /g, ' > '],
  [/ == /g, ' != '],
  [/ != /g, ' == '],
  [/ \|\| /g, ' && '],
  [/ \+= /g, ' -= '],
  [/ -= /g, ' += '],
  [/\bterm\b(?=[,;)])/g, '(term + 1)'],
  [/\.bound = (true|false);/g, (whole, value) => `.bound = ${value === 'true' ? 'false' : 'true'};`],
  [/ onlyModule /g, ' '],
  [/ onlyOwner /g, ' '],
  [/ nonReentrant /g, ' '],
  [/machine\.done\+\+/g, 'machine.failed++'],
  [/- paid;/g, ';'],
  [/ledger\.(hold|release)\([^;]+;/g, ''],
]

const folder = mkdtempSync(join(tmpdir(), 'hearth-mutants-'))
for (const name of ['contracts', 'hardhat.config.ts', 'package.json']) cpSync(join(root, name), join(folder, name), { recursive: true, filter: (path) => !/contracts\/(cache|artifacts)/.test(path) })
rmSync(join(folder, 'contracts/test/Market.invariant.t.sol'))
symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
const passes = () => spawnSync(process.execPath, ['node_modules/hardhat/dist/src/cli.js', 'test', 'solidity'], { cwd: folder, stdio: 'ignore', env: { ...process.env, HARDHAT_DISABLE_TELEMETRY_PROMPT: 'true' } }).status === 0

let killed = 0
const survivors = []
let made = 0
if (!passes()) throw new Error('the tests fail without any fault')
for (const name of ['Ledger', 'Market']) {
  const file = join(folder, 'contracts', `${name}.sol`)
  const source = readFileSync(file, 'utf8')
  for (const [pattern, replacement] of faults) {
    for (const match of source.matchAll(pattern)) {
      const line = source.slice(0, match.index).split('\n').length
      const text = source.split('\n')[line - 1]
      if (/^\s*(\/\/\/|\*|import|event|error)/.test(text) || made >= limit) continue
      const put = typeof replacement === 'function' ? replacement(...match) : replacement
      writeFileSync(file, source.slice(0, match.index) + put + source.slice(match.index + match[0].length))
      made++
      if (passes()) survivors.push(`${name}.sol:${line}: ${text.trim()}  (${match[0].trim()} → ${put.trim() || 'nothing'})`)
      else killed++
      process.stderr.write(`\r${made} made, ${killed} killed`)
    }
  }
  writeFileSync(file, source)
}
rmSync(folder, { recursive: true, force: true })
process.stderr.write('\n')
for (const survivor of survivors) process.stdout.write(`survived: ${survivor}\n`)
process.stdout.write(`${made} mutants, ${killed} killed, ${((killed / made) * 100).toFixed(1)} % (bar 90 %)\n`)
process.exit(killed / made >= 0.9 ? 0 : 1)
